/// Where a server listens, and its limits.
package struct ServerConfiguration: Sendable {
    /// The numeric address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 for any free one.
    package var port = 8080
    /// The most bytes of a body.
    package var bodyLimit = 32 << 20
    /// The most connections at a time; more wait in the kernel's queue.
    package var maximumConnections = 512
    /// How long a connection may take to send a request's header, or to begin another one.
    package var headerSeconds = 10.0
    /// How long a request's body may take from the end of its header.
    package var bodySeconds = 30.0
    /// How long a client may take to read a response, or each piece of a streamed one.
    package var replySeconds = 120.0

    /// The default limits, on 127.0.0.1:8080.
    package init() {}

    /// A request line and header of more bytes than about this are refused with 431.
    static let headerMemory = 32 << 10
    /// The stack of the thread that reads and writes.
    static let stackBytes = 512 << 10
}

/// Why a server can't start.
package enum ServerError: Error, Equatable {
    /// The host is not a numeric address, the port is taken, and the like.
    case cannotListen(host: String, port: Int, reason: String)
    /// The HTTP library gave no daemon.
    case cannotStart(reason: String)
}
