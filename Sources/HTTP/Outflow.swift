import Synchronization

/// Hands the pieces of a streamed response from the task that makes them to the library's thread, one at a time.
///
/// The next piece is only asked for when the last one is in the kernel's hands, so a slow reader slows the producer.
final class Outflow: Sendable {
    /// What the library's thread finds.
    enum Content: Equatable {
        case bytes(count: Int)
        case nothing
        case end(isWhole: Bool)
    }

    private struct State {
        var piece: ArraySlice<UInt8> = []
        /// Whether all pieces came, once no more will.
        var isWhole: Bool?
        var isWanted = false
        var isAbandoned = false
        var waiting: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// Waits until the library wants a piece; false once the connection is gone.
    func isWanted() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.isAbandoned { return false }
                if state.isWanted { return true }
                state.waiting = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Leaves the piece that was wanted.
    func put(_ piece: [UInt8]) {
        state.withLock { state in
            state.piece = piece[...]
            state.isWanted = false
        }
    }

    /// Leaves word that no piece follows, because there is none or because the client is gone.
    func end(isWhole: Bool) {
        state.withLock { state in
            state.isWhole = isWhole
            state.isWanted = false
        }
    }

    /// Moves as many bytes of the piece into the buffer as it takes.
    func take(into buffer: UnsafeMutableRawBufferPointer) -> Content {
        state.withLock { state in
            guard !state.piece.isEmpty else { return state.isWhole.map { .end(isWhole: $0) } ?? .nothing }
            let taken = state.piece.prefix(buffer.count)
            buffer.copyBytes(from: taken)
            state.piece = state.piece.dropFirst(taken.count)
            return .bytes(count: taken.count)
        }
    }

    /// Asks the task for the next piece.
    func want() {
        let waiting = state.withLock { state in
            state.isWanted = true
            return state.waiting.take()
        }
        waiting?.resume(returning: true)
    }

    /// Tells the task that the connection is gone.
    func abandon() {
        let waiting = state.withLock { state in
            state.isAbandoned = true
            return state.waiting.take()
        }
        waiting?.resume(returning: false)
    }
}
