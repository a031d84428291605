package import HTTP

/// Where a client reached the server, as far as its `Host` can be believed.
package struct ServerAddress: Sendable, Equatable {
    /// `http://host:port`; empty where the request has no host that can be written into a URL.
    package let base: String

    /// The address that a request was sent to.
    package init(_ request: Request) {
        base = request.header("host").flatMap { Self.isHost($0) ? "http://\($0)" : nil } ?? ""
    }

    /// A name, an IPv4 address or a bracketed IPv6 address, and perhaps a port (RFC 3986, section 3.2); nothing else.
    private static func isHost(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count) else { return false }
        let isBracketed = text.hasPrefix("[")
        let end = isBracketed ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
        if isBracketed, end == nil { return false }
        let (host, port) = (text[..<(end ?? text.endIndex)], text[(end ?? text.endIndex)...])
        guard port.isEmpty || isPort(port) else { return false }
        let (name, others) = isBracketed ? (host.dropFirst().dropLast(), ":.") : (host, "-._")
        return !name.isEmpty && name.utf8.allSatisfy { isDigit($0) || isLetter($0) || others.utf8.contains($0) }
    }

    private static func isPort(_ text: Substring) -> Bool {
        (2...6).contains(text.utf8.count) && text.first == ":" && text.utf8.dropFirst().allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
