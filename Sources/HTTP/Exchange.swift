import CMicroHTTPD

/// One request being read and its response being sent.
///
/// libmicrohttpd holds it from the end of the header to the end of the response.
final class Exchange: @unchecked Sendable {
    // Safe to share: libmicrohttpd's one thread reads the request into it; from `begin` on the connection is suspended
    // and only the handler's task uses it, until `reply` hands the connection back.
    private let connection: OpaquePointer
    private let head: Request
    private let socket: CInt
    private let listener: Listener
    private var body: [UInt8] = []
    /// Why the body is not kept, once it has proved too large.
    private var refusal: Refusal?
    private var isAnswered = false

    init(connection: OpaquePointer, method: String, target: String, listener: Listener) {
        self.connection = connection
        self.listener = listener
        socket = cmhd_socket(connection)
        var headers: [(name: String, value: String)] = []
        Fields.read(connection, kind: .HEADER_KIND) { headers.append(($0, $1 ?? "")) }
        var query: [(name: String, value: String)] = []
        var isMalformed = false
        Fields.read(connection, kind: .GET_ARGUMENT_KIND) { name, value in
            guard let name = PercentEncoding.decode(name), let value = PercentEncoding.decode(value ?? "") else {
                isMalformed = true
                return
            }
            query.append((name, value))
        }
        let id = RequestID.accepted(headers.first { $0.name.lowercased() == "x-request-id" }?.value)
        head = Request(method: method, path: target, query: query, headers: headers, id: id)
        refusal = isMalformed ? .malformedTarget : Self.refusedLength(of: head, limit: listener.configuration.bodyLimit)
    }

    /// What is wrong with the announced length of the body.
    private static func refusedLength(of request: Request, limit: Int) -> Refusal? {
        guard let text = request.header("content-length") else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return .malformedLength
        }
        guard let length = Int(text), length <= limit else { return .bodyTooLarge(limit: limit) }
        return nil
    }

    /// Called when the header is complete: refuses at once what need not be read.
    func headerComplete() -> MHD_Result {
        guard let refusal else {
            listener.deadlines.set(socket, seconds: listener.configuration.bodySeconds, isUnanswered: true)
            return .YES
        }
        return queue(listener.refusal(refusal, head), closing: true)
    }

    /// Called with a piece of the body.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard refusal == nil else { return }
        guard body.count + bytes.count <= listener.configuration.bodyLimit else {
            refusal = .bodyTooLarge(limit: listener.configuration.bodyLimit)
            body = []
            return
        }
        body.append(contentsOf: bytes)
    }

    /// Called when the body is complete: hands the request over to a task, with the connection suspended meanwhile.
    func begin() -> MHD_Result {
        guard !isAnswered else { return .YES }
        if let refusal { return queue(listener.refusal(refusal, head), closing: true) }
        listener.deadlines.clear(socket)
        MHD_suspend_connection(connection)
        Task {
            let request = head.with(body: body)
            body = []
            let response = await listener.handler(request)
            _ = queue(response, closing: listener.inFlight.isStopping)
            MHD_resume_connection(connection)
        }
        return .YES
    }

    private func queue(_ response: Response, closing: Bool) -> MHD_Result {
        isAnswered = true
        let handle = response.body.withUnsafeBytes {
            // The library copies the bytes before it returns; the pointer is mutable in its declaration alone.
            MHD_create_response_from_buffer(
                $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let handle else { return .NO }
        defer { MHD_destroy_response(handle) }
        for (name, value) in response.headers { MHD_add_response_header(handle, name, value) }
        MHD_add_response_header(handle, "X-Request-Id", head.id)
        if closing { MHD_add_response_header(handle, "Connection", "close") }
        listener.deadlines.set(socket, seconds: listener.configuration.replySeconds, isUnanswered: false)
        return MHD_queue_response(connection, UInt32(response.status), handle)
    }
}

/// The header fields and query parameters of a connection.
private enum Fields {
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
}
