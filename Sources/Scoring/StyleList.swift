import Tensors

/// The texts of K styles, by a name if they come from a file of `weights/styles`.
package struct StyleList: Sendable, Equatable {
    /// The most styles that a list may have.
    package static let maximumCount = 256
    /// The most Unicode scalars that a style's text may have.
    package static let maximumLabelLength = 1000
    private static let maximumByteCount = 1 << 20

    /// The styles in order; no two are the same.
    package let labels: [String]

    /// Checks that there are at least two styles, not too many, none empty, none too long and none twice.
    package init(_ labels: [String]) throws(StyleListError) {
        guard labels.count >= 2 else { throw .tooFew(labels.count) }
        guard labels.count <= Self.maximumCount else { throw .tooMany(labels.count) }
        var seen: Set<String> = []
        for (index, label) in labels.enumerated() {
            guard label.contains(where: { !$0.isWhitespace }) else { throw .empty(index: index) }
            let length = label.unicodeScalars.count
            guard length <= Self.maximumLabelLength else { throw .tooLong(index: index, length: length) }
            guard seen.insert(label).inserted else { throw .repeated(index: index, label: label) }
        }
        self.labels = labels
    }

    /// Reads a text file with one style a line; empty lines are skipped.
    package init(contentsOf path: String) throws(StyleListError) {
        let file: MappedFile
        do throws(MappedFileError) {
            file = try MappedFile(path: path)
        } catch {
            throw .unreadable(reason: error.reason)
        }
        guard file.size <= Self.maximumByteCount else { throw .tooLarge(byteCount: file.size) }
        guard let text = String(validating: file.bytes(in: 0..<file.size), as: UTF8.self) else { throw .notUTF8 }
        let lines = text.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
        try self.init(lines)
    }
}

/// Why a list of styles is refused.
package enum StyleListError: Error, Equatable {
    case unreadable(reason: String)
    case tooLarge(byteCount: Int)
    case notUTF8
    case tooFew(Int)
    case tooMany(Int)
    case empty(index: Int)
    case tooLong(index: Int, length: Int)
    case repeated(index: Int, label: String)
}

extension Substring {
    /// Without the spaces at both ends.
    fileprivate var trimmed: String {
        let tail = drop(while: \.isWhitespace)
        guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(tail[...last])
    }
}
