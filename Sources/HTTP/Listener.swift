import CMicroHTTPD

/// What libmicrohttpd's callbacks need: the handler, the limits and the books.
final class Listener: Sendable {
    let configuration: ServerConfiguration
    let gate: @Sendable (Request) -> Response?
    let handler: @Sendable (Request) async -> Response
    let refusal: @Sendable (Refusal, Request) -> Response
    let deadlines: Deadlines
    let disconnects: Disconnects
    let inFlight = InFlight()

    init(
        configuration: ServerConfiguration, gate: @escaping @Sendable (Request) -> Response?,
        handler: @escaping @Sendable (Request) async -> Response,
        refusal: @escaping @Sendable (Refusal, Request) -> Response
    ) throws(ServerError) {
        self.configuration = configuration
        self.gate = gate
        self.handler = handler
        self.refusal = refusal
        let late = refusal(.timeout, Request(method: "GET", path: "/"))
        deadlines = Deadlines(timeoutMessage: late.message)
        disconnects = try Disconnects()
    }

    /// Starts the library's thread on a listening socket; it calls back with this object, which must outlive it.
    func start(on socket: ListeningSocket) -> OpaquePointer? {
        var options = cmhd_options()
        options.listen_socket = socket.descriptor
        options.connection_limit = UInt32(configuration.maximumConnections)
        options.inactivity_seconds = UInt32(configuration.replySeconds.rounded(.up))
        options.connection_memory = ServerConfiguration.headerMemory
        options.stack_size = ServerConfiguration.stackBytes
        options.context = Unmanaged.passUnretained(self).toOpaque()
        options.begun = { context, _, connection in
            guard let context, let connection else { return nil }
            Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue().deadlines.begin(cmhd_socket(connection))
            return nil
        }
        options.access = { context, connection, target, method, version, bytes, count, held in
            guard let context, let connection, let target, let method, let version, let count, let held else {
                return .NO
            }
            let listener = Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue()
            guard let exchange = held.pointee else {
                let exchange = Exchange(
                    connection: connection, target: target, method: method, version: version, listener: listener)
                held.pointee = Unmanaged.passRetained(exchange).toOpaque()
                listener.inFlight.enter()
                return exchange.headerComplete()
            }
            return Unmanaged<Exchange>.fromOpaque(exchange).takeUnretainedValue().continued(bytes, &count.pointee)
        }
        options.completed = { context, connection, held, _ in
            guard let context, let exchange = held?.pointee else { return }
            let listener = Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue()
            Unmanaged<Exchange>.fromOpaque(exchange).takeRetainedValue().end()
            held?.pointee = nil
            // Nobody asked for anything yet: to a connection that then stays idle nothing is said when it is closed, which
            // its client could take for the answer to what it asks next.
            listener.await(connection, isUnanswered: false)
            listener.inFlight.leave()
        }
        options.connection = { context, connection, _, event in
            guard let context else { return }
            let listener = Unmanaged<Listener>.fromOpaque(context).takeUnretainedValue()
            event == .CONNECTION_NOTIFY_STARTED
                ? listener.await(connection, isUnanswered: true) : listener.deadlines.clear(cmhd_socket(connection))
        }
        return cmhd_start(&options)
    }

    /// Gives a connection its time to send the next header.
    private func await(_ connection: OpaquePointer?, isUnanswered: Bool) {
        deadlines.set(cmhd_socket(connection), seconds: configuration.headerSeconds, isUnanswered: isUnanswered)
    }
}

extension Exchange {
    /// The library's later calls: pieces of the body, then one without bytes at its end.
    fileprivate func continued(_ bytes: UnsafePointer<CChar>?, _ count: inout Int) -> MHD_Result {
        guard count > 0, let bytes else { return begin() }
        bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
            receive(UnsafeBufferPointer(start: $0, count: count))
        }
        count = 0
        return .YES
    }
}

extension Response {
    /// The whole response as it stands on the wire, for a connection that is then closed.
    fileprivate var message: [UInt8] {
        let fields = (headers + [("Content-Length", String(body.count)), ("Connection", "close")])
            .map { "\($0.0): \($0.1)\r\n" }.joined()
        return Array("HTTP/1.1 \(status) Request Timeout\r\n\(fields)\r\n".utf8) + body
    }
}
