/// What a body is, by its content type or, where that says nothing, by its first bytes.
package enum MediaType: Sendable, Equatable {
    case json
    case png
    case jpeg
    case multipart(boundary: String)
    /// Anything else, under the name that the client gave it, if any.
    case other(String?)

    /// Types that clients send without meaning them: curl's default for `--data-binary`, and "some bytes".
    private static let meaningless = ["application/x-www-form-urlencoded", "application/octet-stream"]

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let jpegSignature: [UInt8] = [0xFF, 0xD8, 0xFF]

    /// The kind of a body under a `Content-Type` header.
    package init(contentType: String?, body: [UInt8]) {
        let parts = (contentType ?? "").split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed)
        let name = (parts.first ?? "").lowercased()
        switch name {
        case "application/json": self = .json
        case _ where name.hasPrefix("application/") && name.hasSuffix("+json"): self = .json
        case "image/png": self = .png
        case "image/jpeg", "image/jpg": self = .jpeg
        case "multipart/form-data":
            self = parts.dropFirst().compactMap(Self.boundary).first.map(MediaType.multipart) ?? .other(name)
        case "": self = Self.sniffed(body) ?? .other(nil)
        case _ where Self.meaningless.contains(name): self = Self.sniffed(body) ?? .other(name)
        default: self = .other(name)
        }
    }

    private static func sniffed(_ body: [UInt8]) -> MediaType? {
        if body.starts(with: pngSignature) { return .png }
        if body.starts(with: jpegSignature) { return .jpeg }
        let spaces: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        guard let first = body.first(where: { !spaces.contains($0) }) else { return body.isEmpty ? .json : nil }
        return [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first) ? .json : nil
    }

    private static func boundary(_ parameter: String) -> String? {
        let sides = parameter.split(separator: "=", maxSplits: 1)
        guard sides.count == 2, sides[0].lowercased() == "boundary" else { return nil }
        let value = sides[1]
        let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
        return String(isQuoted ? value.dropFirst().dropLast() : value)
    }
}

extension Substring {
    /// Without the spaces and tabs at both ends.
    fileprivate var trimmed: String {
        let tail = drop { $0 == " " || $0 == "\t" }
        guard let last = tail.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(tail[...last])
    }
}
