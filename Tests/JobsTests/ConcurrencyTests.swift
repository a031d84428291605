import Jobs
import Testing

@Suite struct ConcurrencyTests {
    /// Every job is begun by one of two, ended by one of two and perhaps expired, while others read.
    @Test(arguments: StoreKind.allCases) func eightTasksSeeOneStore(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let jobs = (0..<100).map { makeJob(String(repeating: "x", count: 1000), created: $0) }
            for job in jobs { try store.add(job) }
            let counts = try await withThrowingTaskGroup { group in
                for task in 0..<8 {
                    group.addTask {
                        task < 4 ? try Self.work(jobs, as: task, in: store) : try Self.look(at: jobs, in: store)
                    }
                }
                return try await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
            }
            #expect(counts == (100, 100))
            let left = try store.list(owner: nil, after: nil, limit: 200)
            #expect(left.count == 100 && left.allSatisfy { $0.state.isFinal && $0.attempt <= 1 })
        }
    }

    /// How many jobs this one began and ended.
    private static func work(_ jobs: [StoredJob], as task: Int, in store: any JobStore) throws -> (Int, Int) {
        var (begun, ended) = (0, 0)
        for id in (task % 2 == 0 ? jobs : jobs.reversed()).map(\.summary.id) {
            begun += try store.begin(id, at: 200) ? 1 : 0
            let pictures = (0..<task).map { StoredPicture(type: "image/png", bytes: [UInt8($0)]) }
            ended += try store.finish(id, as: .succeeded, at: 300, result: [], error: nil, pictures: pictures) ? 1 : 0
        }
        return (begun, ended)
    }

    /// Whoever ended a job, its pictures are all there.
    private static func look(at jobs: [StoredJob], in store: any JobStore) throws -> (Int, Int) {
        let everything = Retention(milliseconds: .max / 2, jobCount: .max, byteCount: .max)
        for id in jobs.map(\.summary.id) {
            let count = try #require(try store.job(id)).summary.pictureCount
            #expect(try (0..<count).allSatisfy { try store.picture($0, of: id)?.bytes == [UInt8($0)] })
            #expect(try store.list(owner: nil, after: nil, limit: 200).count == 100)
            #expect(try store.expire(everything, at: 400) == [])
        }
        return (0, 0)
    }
}
