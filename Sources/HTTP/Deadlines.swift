import Dispatch
import Glibc
import Synchronization

/// Ends connections whose client is too slow, by absolute deadlines.
///
/// libmicrohttpd's own time-out is for inactivity alone: a byte now and then defeats it. The library drops a socket from
/// here before it closes it, so that a number that is used again is never shut down by mistake.
final class Deadlines: Sendable {
    private struct Deadline {
        var end: ContinuousClock.Instant
        /// Whether the client waits for a response, which can still be put on the wire by hand.
        var isUnanswered: Bool
    }

    private let deadlines = Mutex<[CInt: Deadline]>([:])
    private let timeoutMessage: [UInt8]
    private let queue = DispatchQueue(label: "deadlines")

    /// Deadlines checked every tenth of a second; `timeoutMessage` is a whole response, for clients that sent too slowly.
    init(timeoutMessage: [UInt8]) {
        self.timeoutMessage = timeoutMessage
        checkLater()
    }

    /// Gives a connection some seconds for what it does next.
    func set(_ socket: CInt, seconds: Double, isUnanswered: Bool) {
        let end = ContinuousClock.now + .seconds(seconds)
        deadlines.withLock { $0[socket] = Deadline(end: end, isUnanswered: isUnanswered) }
    }

    /// Notes that a client waits for a response from now on, in the time that its connection has.
    func begin(_ socket: CInt) { deadlines.withLock { $0[socket]?.isUnanswered = true } }

    /// Lets a connection be: it waits for us, or it is gone.
    func clear(_ socket: CInt) { deadlines.withLock { $0[socket] = nil } }

    /// Checks ten times a second for as long as the server lives.
    private func checkLater() {
        queue.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in
            self?.endLate()
            self?.checkLater()
        }
    }

    private func endLate() {
        let now = ContinuousClock.now
        deadlines.withLock { deadlines in
            for (socket, deadline) in deadlines where deadline.end <= now {
                if deadline.isUnanswered {
                    _ = send(socket, timeoutMessage, timeoutMessage.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
                }
                shutdown(socket, CInt(SHUT_RDWR))
                deadlines[socket] = nil
            }
        }
    }
}
