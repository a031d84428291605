import CMicroHTTPD
import Dispatch
import Glibc
import Synchronization

/// Notices clients that go away while their connection is suspended, when libmicrohttpd does not look at it.
///
/// A client that only ends its own side (`shutdown(SHUT_WR)`) counts as gone: the kernel tells no difference until we
/// write, and libmicrohttpd closes such a connection as well.
final class Disconnects: @unchecked Sendable {
    // Safe to share: the descriptor and the source are set once, and the kernel and Dispatch take calls from any thread.

    /// One connection being watched; the serial number tells it from a later one whose socket has the same number.
    struct Watch: Sendable {
        fileprivate let socket: CInt
        fileprivate let serial: UInt64
    }

    private struct State {
        var actions: [UInt64: @Sendable () -> Void] = [:]
        var lastSerial: UInt64 = 0
    }

    private let state = Mutex(State())
    private let descriptor: CInt
    /// An epoll descriptor can be waited for itself, so no thread has to sleep on it.
    private let source: any DispatchSourceRead

    init() throws(ServerError) {
        let descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .cannotStart(reason: String(cString: strerror(errno))) }
        self.descriptor = descriptor
        source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: DispatchQueue(label: "disconnects"))
        source.setEventHandler { [weak self] in self?.notice() }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    deinit { source.cancel() }

    /// Calls `action`, at most once and from another thread, when the client goes away before `end`.
    func watch(_ socket: CInt, _ action: @escaping @Sendable () -> Void) -> Watch {
        state.withLock { state in
            state.lastSerial += 1
            state.actions[state.lastSerial] = action
            var event = epoll_event()
            event.events = EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
            event.data.u64 = state.lastSerial
            // Should the kernel have no memory for it, the client is only noticed later, when we write to it.
            epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event)
            return Watch(socket: socket, serial: state.lastSerial)
        }
    }

    /// Lets a connection be, before the library may close it and its number be used again.
    func end(_ watch: Watch) {
        state.withLock { state in
            state.actions[watch.serial] = nil
            epoll_ctl(descriptor, EPOLL_CTL_DEL, watch.socket, nil)
        }
    }

    private func notice() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let count = epoll_wait(descriptor, &events, CInt(events.count), 0)
        let actions = state.withLock { state in
            events.prefix(max(0, Int(count))).compactMap { state.actions.removeValue(forKey: $0.data.u64) }
        }
        for action in actions { action() }
    }
}
