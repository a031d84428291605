import Foundation
import Jobs
import Synchronization
import TestSupport
import Testing

@Suite struct DurabilityTests {
    @Test func survivesReopening() throws {
        let folder = try TemporaryFolder()
        let key = Idempotency(key: "k", fingerprint: [4])
        let job = makeJob("a fox", owner: "ann", key: key)
        let open = { try SQLiteJobStore(folder: folder.path) }
        let stored = try {
            let store = try open()
            let id = try store.addingEnded(job, result: "{}", pictures: [[1], [2]])
            return try store.job(id)
        }()
        let store = try open()
        #expect(stored?.summary.state == .succeeded && stored?.result == Array("{}".utf8))
        #expect(try store.job(job.summary.id) == stored)
        #expect(try store.job(owner: "ann", idempotencyKey: "k") == stored)
        #expect(try store.picture(1, of: job.summary.id)?.bytes == [2])
    }

    /// Four tasks work until the process is killed under them; what returned must be there, and nothing by halves.
    @Test func losesNothingWhenTheProcessIsKilled() async throws {
        let folder = try TemporaryFolder()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
            let store = try SQLiteJobStore(folder: path)
            let ledger = try Ledger(path: path + "/ledger", limit: 200)
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { while true { try Self.work(in: store, noting: ledger) } }
                }
                try await group.waitForAll()
            }
        }
        let store = try SQLiteJobStore(folder: folder.path)
        let lines = try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8).split(separator: "\n")
        #expect(lines.count >= 200)
        for line in lines {
            let words = line.split(separator: " ")
            let id = try #require(JobID(String(words[0])))
            let job = try #require(try store.job(id))
            #expect(job.request == Array("a fox".utf8))
            if words[1] == "ended" { #expect(job.summary.state == .succeeded) }
        }
        for job in try store.list(owner: nil, after: nil, limit: 1000) {
            #expect(try store.picture(0, of: job.id)?.bytes.count == (job.state.isFinal ? 20_000 : nil))
            #expect(try (store.job(job.id)?.result != nil) == job.state.isFinal)
        }
        #expect(try store.unfinished().allSatisfy { try $0.summary.state == .queued || store.requeue($0.summary.id) })
    }

    private static func work(in store: SQLiteJobStore, noting ledger: Ledger) throws {
        let id = try store.adding(makeJob())
        ledger.note("\(id) added")
        guard try store.begin(id, at: 2) else { return }
        let picture = StoredPicture(type: "image/png", bytes: [UInt8](repeating: 7, count: 20_000))
        guard try store.finish(id, as: .succeeded, at: 3, result: [1], error: nil, pictures: [picture]) else { return }
        ledger.note("\(id) ended")
    }

    /// A limit on the size of files is what a full disk looks like to one process.
    @Test func keepsWorkingOnAFullDisk() async throws {
        let folder = try TemporaryFolder()
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try SQLiteJobStore(folder: path)
            let first = try store.addingEnded(makeJob(), pictures: [[UInt8](repeating: 1, count: 100_000)])
            try limitFiles(to: 1 << 20)
            var kept = [first]
            let error = #expect(throws: JobStoreError.self) {
                while true { kept.append(try store.adding(makeJob(String(repeating: "fox", count: 10_000)))) }
            }
            #expect(error == .full)
            #expect(throws: JobStoreError.full) {
                let picture = StoredPicture(type: "image/png", bytes: [UInt8](repeating: 2, count: 2 << 20))
                return try store.finish(kept[1], as: .succeeded, at: 9, result: nil, error: nil, pictures: [picture])
            }
            #expect(kept.count > 10)
            #expect(try store.unfinished().map(\.summary.id) == Array(kept.dropFirst()))
            #expect(try store.picture(0, of: first)?.bytes.count == 100_000)
            try limitFiles(to: .max)
            try store.add(makeJob())
            #expect(try store.remove(first))
        }
    }
}

private func limitFiles(to byteCount: rlim_t) throws {
    var limit = rlimit(rlim_cur: byteCount, rlim_max: .max)
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
}

/// A file of lines that outlive the process, which is killed as it writes the last of them.
private final class Ledger: Sendable {
    private let descriptor: CInt
    private let left: Atomic<Int>

    init(path: String, limit: Int) throws {
        descriptor = open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        left = Atomic(limit)
        try #require(descriptor >= 0)
    }

    func note(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { return }
        if left.subtract(1, ordering: .relaxed).newValue == 0 { kill(getpid(), SIGKILL) }
    }
}
