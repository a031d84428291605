import HTTP
import Jobs
import Synchronization

/// The jobs of AUTOMATIC1111's routes that wait or run, so that each client sees and interrupts its own.
final class WebUIJobs: Sendable {
    /// A job and what progress is counted in.
    struct Entry: Sendable {
        let job: Job
        /// Who asked for it.
        let client: String
        /// How many pictures it draws.
        let imageCount: Int
    }

    private struct State {
        var entries: [Entry] = []
        var interrupted: Set<JobID> = []
    }

    private let state = Mutex(State())

    /// Who a call comes from: its key's owner or, where no key is needed, whoever is at its address.
    static func client(of call: Call) -> String {
        call.caller.owner.isEmpty ? call.request.remoteAddress : call.caller.owner
    }

    func begin(_ entry: Entry) { state.withLock { $0.entries.append(entry) } }

    func end(_ job: Job) {
        state.withLock { state in
            state.entries.removeAll { $0.job.id == job.id }
            state.interrupted.remove(job.id)
        }
    }

    /// The job of a client that runs, or else the one that has waited longest.
    func current(of client: String) -> Entry? {
        let own = state.withLock { state in state.entries.filter { $0.client == client } }
        return own.first { $0.job.phase == .running } ?? own.first
    }

    /// Notes that a client's job is not given up but interrupted: what there is of it will be answered.
    func interrupt(_ job: Job) {
        state.withLock { state in
            guard state.entries.contains(where: { $0.job.id == job.id }) else { return }
            state.interrupted.insert(job.id)
        }
    }

    /// Whether a job was interrupted.
    func isInterrupted(_ job: Job) -> Bool { state.withLock { $0.interrupted.contains(job.id) } }
}
