package import JSON
import Synchronization

/// What happened to a job, in order, for whoever follows it; only the latest is kept.
package final class JobEvents: Sendable {
    /// Something that happened.
    package struct Event: Sendable, Equatable {
        /// Larger than that of every earlier event of the job.
        package let id: Int
        /// `queued`, `running`, `progress`, `preview`, or the final state.
        package let name: String
        /// What is known of it.
        package let data: JSONObject
    }

    private struct State {
        var events: [Event] = []
        var lastID = 0
        var isOver = false
        var followerCount = 0
        var waiters: [Int: (id: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
        var nextWaiter = 0
    }

    /// The id of the event that ends a job, also after a restart of the server.
    package static let finalID = 1_000_000_000
    private static let maximumCount = 256

    private let state = Mutex(State())

    /// Whether previews are worth making.
    package var isFollowed: Bool { state.withLock { $0.followerCount > 0 } }

    /// Counts whoever follows in, or out with a negative number.
    func follow(_ count: Int) { state.withLock { $0.followerCount += count } }

    /// Adds an event; of previews only the last one is kept.
    func add(_ name: String, _ data: JSONObject) {
        wake { state in
            if name == "preview" { state.events.removeAll { $0.name == name } }
            if state.events.count >= Self.maximumCount { state.events.removeFirst() }
            state.lastID += 1
            state.events.append(Event(id: state.lastID, name: name, data: data))
        }
    }

    /// Adds the last event; without one, whoever follows comes back for it another time.
    func end(_ last: (name: String, data: JSONObject)?) {
        wake { state in
            state.isOver = true
            guard let last else { return }
            state.lastID = Self.finalID
            state.events.append(Event(id: Self.finalID, name: last.name, data: last.data))
        }
    }

    /// Whether there is nothing to come after an event.
    func isOver(after id: Int) -> Bool { state.withLock { $0.isOver && $0.lastID <= id } }

    /// The events after one, as soon as there are any; none if the job has ended, the time is up or the task is cancelled.
    package func next(after id: Int, within duration: Duration) async -> [Event] {
        if let found = events(after: id) { return found }
        await wait(after: id, within: duration)
        return events(after: id) ?? []
    }

    /// Returns when the job has ended, or the task is cancelled.
    package func ended() async { await wait(after: Self.finalID - 1) }

    /// Returns when the job has ended, the time is up, or the task is cancelled.
    package func ended(within duration: Duration) async {
        if duration > .zero { await wait(after: Self.finalID - 1, within: duration) }
    }

    private func wait(after id: Int, within duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(after: id) }
            group.addTask {
                do { try await Task.sleep(for: duration) } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Nil where there is something to wait for.
    private func events(after id: Int) -> [Event]? {
        state.withLock { state in
            let events = state.events.filter { $0.id > id }
            return events.isEmpty && !state.isOver ? nil : events
        }
    }

    private func wait(after id: Int) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.lastID > id || state.isOver || Task.isCancelled { return true }
                    state.waiters[number] = (id, continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            let due = state.waiters.filter { $0.value.id < state.lastID || state.isOver }
            for number in due.keys { state.waiters[number] = nil }
            return due.values.map(\.continuation)
        }
        for waiter in waiters { waiter.resume() }
    }
}
