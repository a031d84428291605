import Jobs
import Testing

@Suite struct IdempotencyTests {
    private static let day: Int64 = 24 * 60 * 60 * 1000

    @Test(arguments: StoreKind.allCases) func refusesASecondJobUnderOneKey(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let key = Idempotency(key: "k", fingerprint: [1, 2])
            let id = try store.adding(makeJob(owner: "ann", key: key))
            #expect(throws: JobStoreError.duplicateKey(of: id)) {
                try store.add(makeJob(owner: "ann", key: Idempotency(key: "k", fingerprint: [9])))
            }
            #expect(try store.list(owner: nil, after: nil, limit: 9).map(\.id) == [id])
            #expect(try store.job(owner: "ann", idempotencyKey: "k")?.idempotency == key)
            #expect(try store.job(owner: "bob", idempotencyKey: "k") == nil)
            // Another owner's, another spelling and no key at all are others.
            try store.add(makeJob(owner: "bob", key: key))
            for text in ["K", "é", "e\u{301}"] {
                try store.add(makeJob(owner: "ann", key: Idempotency(key: text, fingerprint: [])))
            }
            for _ in 0..<2 { try store.add(makeJob(owner: "ann")) }
        }
    }

    @Test(arguments: StoreKind.allCases) func makesOneJobOfTenThousandRequests(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let answers = await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { (0..<1250).map { _ in Self.add(to: store) } }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            let jobs = try store.list(owner: nil, after: nil, limit: 10)
            #expect(jobs.count == 1)
            #expect(answers.count == 10_000 && answers.count { $0 == nil } == 1)
            #expect(answers.allSatisfy { $0 == nil || $0 == jobs.first.map { .duplicateKey(of: $0.id) } })
        }
    }

    private static func add(to store: any JobStore) -> JobStoreError? {
        do throws(JobStoreError) {
            try store.add(makeJob(owner: "ann", key: Idempotency(key: "k", fingerprint: [1])))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: StoreKind.allCases) func forgetsAKeyAfterADay(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let key = Idempotency(key: "k", fingerprint: [1])
            let id = try store.adding(makeJob(created: 1000, key: key))
            let everything = Retention(milliseconds: .max / 2, jobCount: .max, byteCount: .max)
            #expect(try store.expire(everything, at: 1000 + Self.day) == [])
            #expect(try store.job(owner: "", idempotencyKey: "k")?.summary.id == id)
            #expect(try store.expire(everything, at: 1001 + Self.day) == [])
            #expect(try store.job(owner: "", idempotencyKey: "k") == nil)
            #expect(try store.job(id)?.idempotency == nil)
            try store.add(makeJob(created: 1001 + Self.day, key: key))
        }
    }
}
