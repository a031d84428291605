import Synchronization

/// Keeps jobs as long as the process lives.
package final class MemoryJobStore: JobStore {
    private struct Entry {
        var job: StoredJob
        var pictures: [StoredPicture] = []
        let number: Int

        var byteCount: Int {
            let bodies = job.request.count + (job.result?.count ?? 0) + (job.error?.count ?? 0)
            return pictures.reduce(bodies) { $0 + $1.bytes.count }
        }
    }

    private struct State {
        var entries: [JobID: Entry] = [:]
        var addedCount = 0

        var byteCount: Int { entries.values.reduce(0) { $0 + $1.byteCount } }

        func entry(owner: String, key: String) -> Entry? {
            entries.values.first { entry in
                entry.job.summary.owner.isSpelt(as: owner) && entry.job.idempotency?.key.isSpelt(as: key) == true
            }
        }

        /// Changes a job that is in one of the states.
        mutating func change(_ id: JobID, from states: [JobState], _ body: (inout Entry) -> Void) -> Bool {
            guard var entry = entries[id], states.contains(entry.job.summary.state) else { return false }
            body(&entry)
            entries[id] = entry
            return true
        }
    }

    private let state = Mutex(State())

    package init() {}

    package func add(_ job: StoredJob) throws(JobStoreError) {
        try state.withLock { state throws(JobStoreError) in
            if let key = job.idempotency?.key, let twin = state.entry(owner: job.summary.owner, key: key) {
                throw .duplicateKey(of: twin.job.summary.id)
            }
            guard state.entries[job.summary.id] == nil else { throw .duplicateID(job.summary.id) }
            state.addedCount += 1
            state.entries[job.summary.id] = Entry(job: job, number: state.addedCount)
        }
    }

    package func begin(_ id: JobID, at time: Int64) -> Bool {
        state.withLock { state in
            state.change(id, from: [.queued]) { entry in
                entry.job.summary.state = .running
                entry.job.summary.started = time
                entry.job.summary.attempt += 1
            }
        }
    }

    package func requeue(_ id: JobID) -> Bool {
        state.withLock { state in
            state.change(id, from: [.running]) { entry in
                entry.job.summary.state = .queued
                entry.job.summary.started = nil
            }
        }
    }

    package func finish(
        _ id: JobID, as final: JobState, at time: Int64, result: [UInt8]?, error: [UInt8]?, pictures: [StoredPicture]
    ) -> Bool {
        precondition(final.isFinal, "a job cannot end as \(final)")
        return state.withLock { state in
            state.change(id, from: [.queued, .running]) { entry in
                entry.job.summary.state = final
                entry.job.summary.finished = time
                entry.job.summary.pictureCount = pictures.count
                (entry.job.result, entry.job.error, entry.pictures) = (result, error, pictures)
            }
        }
    }

    package func job(_ id: JobID) -> StoredJob? { state.withLock { $0.entries[id]?.job } }

    package func job(owner: String, idempotencyKey key: String) -> StoredJob? {
        state.withLock { $0.entry(owner: owner, key: key)?.job }
    }

    package func list(owner: String?, after cursor: JobCursor?, limit: Int) -> [JobSummary] {
        precondition(limit > 0, "a page of \(limit) jobs")
        let jobs = state.withLock { $0.entries.values.map(\.job.summary) }
        return jobs.filter { job in (owner.map(job.owner.isSpelt) ?? true) && (cursor?.precedes(job) ?? true) }
            .sorted { $0.cursor.precedes($1) }
            .prefix(limit).map { $0 }
    }

    package func unfinished() -> [StoredJob] {
        let entries = state.withLock { $0.entries.values.filter { !$0.job.summary.state.isFinal } }
        return entries.sorted { $0.number < $1.number }.map(\.job)
    }

    package func picture(_ index: Int, of id: JobID) -> StoredPicture? {
        state.withLock { state in
            guard let pictures = state.entries[id]?.pictures, pictures.indices.contains(index) else { return nil }
            return pictures[index]
        }
    }

    package func remove(_ id: JobID) -> Bool { state.withLock { $0.entries.removeValue(forKey: id) != nil } }

    package func expire(_ retention: Retention, at now: Int64) -> [JobID] {
        state.withLock { state in
            for (id, entry) in state.entries where entry.job.summary.created < now - Retention.keyMilliseconds {
                state.entries[id]?.job.idempotency = nil
            }
            let ended = state.entries.values.compactMap { entry in entry.job.summary.finished.map { ($0, entry) } }
                .sorted { ($0.0, $0.1.number) < ($1.0, $1.1.number) }
            var (endedCount, byteCount) = (ended.count, state.byteCount)
            let removed = ended.prefix { finished, entry in
                defer { (endedCount, byteCount) = (endedCount - 1, byteCount - entry.byteCount) }
                return retention.expels(finished: finished, at: now, endedCount: endedCount, byteCount: byteCount)
            }
            .map(\.1.job.summary.id)
            for id in removed { state.entries[id] = nil }
            return removed
        }
    }

    package var byteCount: Int { state.withLock(\.byteCount) }
}

extension String {
    /// Compares bytes, as SQLite does: two spellings that look alike are not the same.
    fileprivate func isSpelt(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
