import CMicroHTTPD
import Glibc

/// What libmicrohttpd knows of a connection's request.
enum Fields {
    /// Calls `body` with each header field or query parameter.
    static func read(_ connection: OpaquePointer, kind: MHD_ValueKind, _ body: (String, String?) -> Void) {
        withoutActuallyEscaping(body) { body in
            var visitor = Visitor(body: body)
            withUnsafeMutablePointer(to: &visitor) { visitor in
                _ = MHD_get_connection_values(
                    connection, kind,
                    { context, _, name, value in
                        guard let context, let name else { return .YES }
                        context.assumingMemoryBound(to: Visitor.self).pointee
                            .body(String(cString: name), value.map { String(cString: $0) })
                        return .YES
                    }, visitor)
            }
        }
    }

    private struct Visitor {
        let body: (String, String?) -> Void
    }

    /// How many fields the header has, if all its lines are as RFC 9112 wants them.
    ///
    /// The method begins the header; the version ends its first line.
    static func strictCount(
        _ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> Int? {
        let firstLine = version - method + strlen(version)
        let size = cmhd_header_size(connection)
        // One buffer holds the whole header, unless a folded line made the library move a part of it.
        guard firstLine >= 0, firstLine + 2 <= size, size <= ServerConfiguration.headerMemory else { return nil }
        let rest = UnsafeRawBufferPointer(start: method + firstLine, count: size - firstLine)
        guard rest[0] == 0, rest[1] == 0 else { return nil }
        return Framing.fieldCount(UnsafeRawBufferPointer(rebasing: rest[2...]))
    }

    /// The client's numeric address.
    static func address(_ connection: OpaquePointer) -> String {
        guard let address = cmhd_client_address(connection) else { return "" }
        let isSix = CInt(address.pointee.sa_family) == AF_INET6
        let size = isSix ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
            let code = getnameinfo(
                address, socklen_t(size), text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            guard code == 0, let start = text.baseAddress else { return "" }
            return String(cString: start)
        }
    }
}
