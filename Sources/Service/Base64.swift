/// RFC 4648 section 4.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let notInAlphabet: UInt8 = 0xFF

    /// The value of each byte as a digit.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: notInAlphabet, count: 256)
        for (value, letter) in alphabet.enumerated() { digits[Int(letter)] = UInt8(value) }
        return digits
    }()

    /// The text of bytes, padded.
    package static func encode(_ bytes: [UInt8]) -> String {
        let (alphabet, wholeCount) = (alphabet, bytes.count / 3)
        var text = [UInt8](repeating: padding, count: (bytes.count + 2) / 3 * 4)
        for group in 0..<wholeCount {
            let (a, b, c) = (Int(bytes[3 * group]), Int(bytes[3 * group + 1]), Int(bytes[3 * group + 2]))
            text[4 * group] = alphabet[a >> 2]
            text[4 * group + 1] = alphabet[(a & 3) << 4 | b >> 4]
            text[4 * group + 2] = alphabet[(b & 15) << 2 | c >> 6]
            text[4 * group + 3] = alphabet[c & 63]
        }
        let rest = bytes[(3 * wholeCount)...]
        if let a = rest.first.map(Int.init) {
            let b = rest.dropFirst().first.map(Int.init)
            text[4 * wholeCount] = alphabet[a >> 2]
            text[4 * wholeCount + 1] = alphabet[(a & 3) << 4 | (b ?? 0) >> 4]
            if let b { text[4 * wholeCount + 2] = alphabet[(b & 15) << 2] }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text, which must be padded; nil for anything else.
    ///
    /// Line breaks and spaces count for nothing.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        // A string's own storage is copied at once, a sequence letter by letter.
        let letters = text.withContiguousStorageIfAvailable { unsafe Array($0) } ?? Array(text)
        let digits = Self.digits
        var bytes = [UInt8](repeating: 0, count: letters.count / 4 * 3)
        var (next, made) = (0, 0)
        // Groups of four digits, as nearly all of a picture is; whatever else comes is looked at letter by letter.
        while next + 4 <= letters.count {
            let (a, b) = (digits[Int(letters[next])], digits[Int(letters[next + 1])])
            let (c, d) = (digits[Int(letters[next + 2])], digits[Int(letters[next + 3])])
            guard a | b | c | d < 64 else { break }
            let group = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
            bytes[made] = UInt8(truncatingIfNeeded: group >> 16)
            bytes[made + 1] = UInt8(truncatingIfNeeded: group >> 8)
            bytes[made + 2] = UInt8(truncatingIfNeeded: group)
            (next, made) = (next + 4, made + 3)
        }
        guard let rest = decodeSlowly(letters[next...]) else { return nil }
        bytes.removeLast(bytes.count - made)
        return bytes + rest
    }

    private static func decodeSlowly(_ letters: ArraySlice<UInt8>) -> [UInt8]? {
        let digits = Self.digits
        var bytes: [UInt8] = []
        var group = 0
        var digitCount = 0
        var paddingCount = 0
        for letter in letters {
            let digit = digits[Int(letter)]
            if digit == notInAlphabet {
                switch letter {
                case padding: paddingCount += 1
                case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "): break
                default: return nil
                }
                continue
            }
            guard paddingCount == 0 else { return nil }
            group = group << 6 | Int(digit)
            digitCount += 1
            guard digitCount % 4 == 0 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: group >> 16))
            bytes.append(UInt8(truncatingIfNeeded: group >> 8))
            bytes.append(UInt8(truncatingIfNeeded: group))
        }
        switch (digitCount % 4, paddingCount) {
        case (0, 0): break
        case (2, 2): bytes.append(UInt8(truncatingIfNeeded: group >> 4))
        case (3, 1):
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
        default: return nil
        }
        return bytes
    }
}
