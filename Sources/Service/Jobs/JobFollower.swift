package import HTTP
import JSON
import Synchronization

/// Somebody who follows a job's events, and is told of each once.
final class JobFollower: Sendable {
    private struct State {
        var lastID: Int
        var waiting: ArraySlice<JobEvents.Event> = []
    }

    private let events: JobEvents
    private let wantsPreviews: Bool
    private let state: Mutex<State>

    /// A follower who has seen the events up to an id.
    init(_ events: JobEvents, after id: Int, wantsPreviews: Bool = true) {
        (self.events, self.wantsPreviews) = (events, wantsPreviews)
        state = Mutex(State(lastID: id))
        if wantsPreviews { events.follow(1) }
    }

    deinit {
        if wantsPreviews { events.follow(-1) }
    }

    /// Whether there is nothing left to be told of.
    var hasSeenEnd: Bool { events.isOver(after: state.withLock(\.lastID)) }

    /// The next event as it stands in a stream, or a comment if there is none in time; nil after the last one.
    func next(within duration: Duration) async -> [UInt8]? {
        if let event = await event(within: duration) { return event.message }
        return hasSeenEnd || Task.isCancelled ? nil : Self.ping
    }

    /// The next event; nil if there is none in time.
    func event(within duration: Duration) async -> JobEvents.Event? {
        if let event = state.withLock({ Self.take(&$0) }) { return event }
        let found = await events.next(after: state.withLock(\.lastID), within: duration)
        return state.withLock { state in
            state.waiting = found[...]
            return Self.take(&state)
        }
    }

    private static func take(_ state: inout State) -> JobEvents.Event? {
        guard let event = state.waiting.popFirst() else { return nil }
        state.lastID = event.id
        return event
    }

    /// A comment, which keeps a connection alive.
    static let ping = Array(": ping\n\n".utf8)
}

extension JobEvents.Event {
    /// The event of an event stream (WHATWG HTML, section 9.2).
    package var message: [UInt8] {
        Array("id: \(id)\nevent: \(name)\ndata: ".utf8) + JSONValue.object(data).encoded() + Array("\n\n".utf8)
    }
}

extension Response {
    /// A stream of events.
    package static func events(_ messages: AsyncStream<[UInt8]>) -> Response {
        Response(
            status: 200,
            headers: [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
            ], stream: messages)
    }
}
