import Dispatch
import Glibc
import Synchronization
import Testing

/// A TCP client that sends bytes as they are, as no HTTP library would.
///
/// It waits on a queue of its own: Swift's shared threads are few, and the server's handlers need them.
final class Client: Sendable {
    private let queue = DispatchQueue(label: "client")
    private let descriptor: CInt
    /// What was received beyond the last answer's end.
    private let surplus = Mutex<[UInt8]>([])

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ConnectionRefused() }
        // A reply that never comes fails the test instead of hanging it.
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; false if the server has closed the connection.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Ends the client's own side of the connection.
    func finishSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Some bytes, at least one; none once the server has closed the connection.
    private func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    /// Everything until the server closes the connection.
    func everything() async -> String {
        await waiting { self.receiveAll() }
    }

    private func receiveAll() -> String {
        var all = surplus.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
        while case let bytes = receive(), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// How many bytes came, at most about `limit`; none once the server has closed the connection.
    func count(upTo limit: Int) async -> Int {
        await waiting {
            var count = 0
            while count < limit, case let bytes = self.receive(), !bytes.isEmpty { count += bytes.count }
            return count
        }
    }

    /// One whole response, by its content length (which a reply to HEAD does not follow).
    func reply(hasBody: Bool = true) async throws -> Reply {
        try await waiting { Result { try self.receiveReply(hasBody: hasBody) } }.get()
    }

    private func receiveReply(hasBody: Bool) throws -> Reply {
        try parsed { bytes in Reply(bytes, hasBody: hasBody).map { ($0, $0.length) } }
    }

    /// The next chunk of a streamed response, whose header was read before; an empty one is the last.
    func chunk() async throws -> String {
        try await waiting { Result { try self.parsed(Chunk.first) } }.get()
    }

    /// What `parse` makes of the bytes received, with their count, once it can.
    private func parsed<Value>(_ parse: ([UInt8]) -> (Value, count: Int)?) throws -> Value {
        try surplus.withLock { bytes in
            while true {
                if let (value, count) = parse(bytes) {
                    bytes.removeFirst(count)
                    return value
                }
                let more = receive()
                try #require(!more.isEmpty, "closed after \(String(decoding: bytes, as: UTF8.self))")
                bytes += more
            }
        }
    }

    /// Sends a request and reads its reply.
    func exchange(_ request: String) async throws -> Reply {
        send(request)
        return try await reply()
    }

    private func waiting<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
    }
}

/// Nobody listens on the port.
struct ConnectionRefused: Error {}

/// A response as a client reads it.
struct Reply: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]
    /// How many bytes it took on the wire.
    let length: Int

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Nil while bytes are missing.
    init?(_ bytes: [UInt8], hasBody: Bool) {
        let end: [UInt8] = [13, 10, 13, 10]
        guard let split = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            headers[sides[0].lowercased()] = sides.count > 1 ? String(sides[1].drop { $0 == " " }) : ""
        }
        let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        guard bytes.count >= split + 4 + length else { return nil }
        self.status = status
        self.headers = headers
        body = Array(bytes[(split + 4)..<(split + 4 + length)])
        self.length = split + 4 + length
    }
}

/// A piece of a chunked body (RFC 9112, 7.1).
enum Chunk {
    /// The first chunk's text and how many bytes it took; nil while bytes are missing.
    static func first(_ bytes: [UInt8]) -> (String, count: Int)? {
        guard let split = bytes.firstIndex(of: 10) else { return nil }
        let digits = String(decoding: bytes[..<split].prefix { $0 != 13 }, as: UTF8.self)
        guard let count = Int(digits, radix: 16), bytes.count >= split + 1 + count + 2 else { return nil }
        return (String(decoding: bytes[(split + 1)..<(split + 1 + count)], as: UTF8.self), split + 1 + count + 2)
    }
}
