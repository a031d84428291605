import CMicroHTTPD
import Dispatch
import Glibc

/// An HTTP/1.1 server over libmicrohttpd: one thread reads and writes, handlers run as Swift tasks.
///
/// While a handler runs its connection does not time out. When its client goes away meanwhile, or ends its own side of
/// the connection, the handler's task is cancelled and what it returns goes nowhere.
package final class Server: @unchecked Sendable {
    // Safe to share: the handle is set once, and only the one caller that begins the stop uses it afterwards.
    private let daemon: OpaquePointer
    private let listener: Listener
    /// The port that the server listens on.
    package let port: Int

    /// Listens and serves at once; `refusal` writes the server's own answers to what no handler sees.
    ///
    /// `gate` may answer a request when its header is there and its body is not: that one is never read then.
    package init(
        configuration: ServerConfiguration, gate: @escaping @Sendable (Request) -> Response? = { _ in nil },
        refusal: @escaping @Sendable (Refusal, Request) -> Response,
        handler: @escaping @Sendable (Request) async -> Response
    ) throws(ServerError) {
        listener = try Listener(configuration: configuration, gate: gate, handler: handler, refusal: refusal)
        let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
        guard let daemon = listener.start(on: socket) else {
            close(socket.descriptor)
            throw .cannotStart(reason: String(cString: strerror(errno)))
        }
        self.daemon = daemon
        port = socket.port
    }

    /// Takes no new connection, lets every request in flight have its whole response, and ends.
    ///
    /// A streamed response is in flight until its stream ends, which is up to the application. Requests on connections
    /// that are already open still reach the handler meanwhile. Only the first call does this; a server must be stopped
    /// before it is let go.
    package func stop() async {
        guard listener.inFlight.beginStopping() else { return }
        // Stopping the daemon while a connection is suspended is undefined: nothing may be in flight.
        let socket = MHD_quiesce_daemon(daemon)
        if socket >= 0 { close(socket) }
        await listener.inFlight.drained()
        await withCheckedContinuation { continuation in
            // This joins the library's thread, which must not block one of Swift's.
            DispatchQueue(label: "stop").async { [self] in
                MHD_stop_daemon(daemon)
                continuation.resume()
            }
        }
    }

    deinit { precondition(listener.inFlight.isStopping, "a server let go before it was stopped") }
}
