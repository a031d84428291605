import CPNG

extension PNGText {
    /// The most bytes that a file's texts may have together once they are inflated.
    package static let maximumByteCount = 1 << 20
    /// The most chunks of text that are looked at; the first ones are.
    package static let maximumCount = 64

    /// The texts of a PNG, in order, of any of the three kinds of chunk; what is not text by its kind's rules is left out.
    package static func all(in png: [UInt8]) throws(ImageError) -> [PNGText] {
        let chunks = try PNGChunks(png, maximumSide: .max)  // no pixel is decoded
        var texts: [PNGText] = []
        var left = maximumByteCount
        for chunk in chunks.texts {
            guard let content = Content(png[chunk.data], of: chunk.name),
                let bytes = content.text(maximumByteCount: left)
            else { continue }
            guard bytes.count <= left else {
                throw .badChunk(name: chunk.name, offset: chunk.data.lowerBound - 8, .text(maximum: maximumByteCount))
            }
            left -= bytes.count
            guard let text = content.isUTF8 ? String(validating: bytes, as: UTF8.self) : latin1(bytes),
                isKeyword(content.keyword)
            else { continue }
            texts.append(PNGText(content.keyword, text))
        }
        return texts
    }

    /// The parts of a chunk's data.
    private struct Content {
        let keyword: String
        let isUTF8: Bool
        private let isCompressed: Bool
        private let data: ArraySlice<UInt8>

        /// Nil for data that has not the parts of its chunk's kind.
        init?(_ data: ArraySlice<UInt8>, of name: String) {
            guard let (keyword, rest) = data.cut else { return nil }
            self.keyword = latin1(keyword)
            isUTF8 = name == "iTXt"
            switch name {
            case "iTXt":
                // A flag and a method, then the language and the keyword in it, each with its end.
                guard rest.count >= 2, let language = rest.dropFirst(2).cut, let translated = language.rest.cut else {
                    return nil
                }
                (isCompressed, self.data) = (rest.first != 0, translated.rest)
            case "zTXt": (isCompressed, self.data) = (true, rest.dropFirst())
            default: (isCompressed, self.data) = (false, rest)
            }
        }

        /// The bytes of the text, of longer ones one more than the maximum; nil for what does not inflate.
        func text(maximumByteCount: Int) -> [UInt8]? {
            guard isCompressed else { return Array(data.prefix(maximumByteCount + 1)) }
            // Deflate makes at most 1032 bytes of one (zlib's technical notes).
            let bound = min(maximumByteCount, data.count * 1032) + 1
            var status = Z_OK
            let source = Array(data)
            let text = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
                var inflatedCount = uLongf(bound)
                status = uncompress(buffer.baseAddress, &inflatedCount, source, uLong(source.count))
                if status == Z_OK || status == Z_BUF_ERROR { count = Int(inflatedCount) }  // the latter fills it
            }
            return status == Z_OK || status == Z_BUF_ERROR ? text : nil
        }
    }

    private static func latin1(_ bytes: some Sequence<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}

extension ArraySlice<UInt8> {
    /// What stands before the first zero byte and after it; nil where there is none.
    fileprivate var cut: (head: Self, rest: Self)? {
        guard let end = firstIndex(of: 0) else { return nil }
        return (self[..<end], self[(end + 1)...])
    }
}
