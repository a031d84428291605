import Jobs
import Testing

@Suite struct RetentionTests {
    private static let day: Int64 = 24 * 60 * 60 * 1000

    private static func retention(
        milliseconds: Int64 = day, jobCount: Int = .max, byteCount: Int = .max
    ) -> Retention {
        Retention(milliseconds: milliseconds, jobCount: jobCount, byteCount: byteCount)
    }

    @Test(arguments: StoreKind.allCases) func removesWhatEndedTooLongAgo(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let ids = try [30, 10, 20, 40].map { try store.addingEnded(makeJob(), at: $0) }
            let unfinished = try store.adding(makeJob())
            #expect(try store.expire(Self.retention(milliseconds: 70), at: 100) == [ids[1], ids[2]])
            #expect(try store.expire(Self.retention(milliseconds: 70), at: 100) == [])
            #expect(try store.job(ids[0]) != nil && store.job(ids[2]) == nil)
            #expect(try store.expire(Self.retention(milliseconds: 0), at: 9999).count == 2)
            #expect(try store.job(unfinished) != nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func keepsTheLatestOfTooMany(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let ids = try (0..<200).map { try store.addingEnded(makeJob(), at: 1000 - $0) }
            let unfinished = try (0..<5).map { _ in try store.adding(makeJob()) }
            #expect(try store.expire(Self.retention(jobCount: 10), at: 1000) == ids[10...].reversed())
            let left = try store.list(owner: nil, after: nil, limit: 300).map(\.id)
            #expect(Set(left) == Set(ids[..<10] + unfinished))
        }
    }

    @Test(arguments: StoreKind.allCases) func fallsBelowTheQuota(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let picture = [UInt8](repeating: 1, count: 100_000)
            let ids = try (0..<100).map { try store.addingEnded(makeJob(), at: $0, pictures: [picture]) }
            #expect(try store.byteCount > 10_000_000)
            #expect(try store.expire(Self.retention(byteCount: 1_100_000), at: 100) == Array(ids[..<90]))
            #expect(try (1_000_000...1_100_000).contains(store.byteCount))
            #expect(try store.picture(0, of: ids[90])?.bytes == picture)
            #expect(try store.expire(Self.retention(byteCount: 0), at: 100) == Array(ids[90...]))
        }
    }
}
