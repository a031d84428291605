import Dispatch
import Glibc
import Synchronization

/// The system's requests to stop: the first is waited for, a second ends the process at once.
struct Signals: Sendable {
    private let stream: AsyncStream<Int32>

    /// Takes SIGTERM and SIGINT from their default actions.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        let queue = DispatchQueue(label: "liminal.signals")
        let received = ReceivedCount()
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                withExtendedLifetime(source) {  // which nobody else holds
                    if received.increment() > 1 { _exit(1) }
                    continuation.yield(number)
                }
            }
            source.resume()
        }
    }

    /// Returns when the first signal has come.
    func wait() async {
        for await _ in stream { return }
    }
}

/// How many signals have come.
private final class ReceivedCount: Sendable {
    private let count = Atomic(0)

    func increment() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
