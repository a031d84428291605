import Jobs
import Testing

@Suite struct JobStoreTests {
    @Test(arguments: StoreKind.allCases) func keepsAJobFromItsRequestToItsPictures(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let id = try store.adding(makeJob("a fox", owner: "ann", created: 10))
            let queued = try #require(try store.job(id))
            #expect(queued.summary.state == .queued && queued.summary.created == 10 && queued.summary.owner == "ann")
            #expect(queued.request == Array("a fox".utf8) && queued.result == nil && queued.error == nil)

            #expect(try store.begin(id, at: 20))
            let running = try #require(try store.job(id)).summary
            #expect(running.state == .running && running.started == 20 && running.attempt == 1)

            let pictures = [
                StoredPicture(type: "image/png", bytes: [1, 2]), StoredPicture(type: "image/webp", bytes: []),
            ]
            #expect(try store.finish(id, as: .succeeded, at: 30, result: [123], error: nil, pictures: pictures))
            let ended = try #require(try store.job(id))
            #expect(ended.summary.state == .succeeded && ended.summary.finished == 30)
            #expect(ended.summary.pictureCount == 2 && ended.result == [123] && ended.error == nil)
            #expect(try store.picture(0, of: id) == pictures[0])
            #expect(try store.picture(1, of: id) == pictures[1])
            #expect(try store.picture(2, of: id) == nil && store.picture(-1, of: id) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func endsAJobExactlyOnce(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let id = try store.adding(makeJob())
            #expect(try store.finish(id, as: .cancelled, at: 2, result: nil, error: [1], pictures: []))
            let ended = try store.job(id)
            let picture = StoredPicture(type: "image/png", bytes: [7])
            #expect(try !store.begin(id, at: 3))
            #expect(try !store.requeue(id))
            #expect(try !store.finish(id, as: .succeeded, at: 4, result: [2], error: nil, pictures: [picture]))
            #expect(try store.job(id) == ended && store.picture(0, of: id) == nil)
            #expect(ended?.error == [1] && ended?.summary.started == nil)
        }
    }

    @Test(arguments: StoreKind.allCases) func beginsOnlyWhatIsQueued(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let id = try store.adding(makeJob())
            #expect(try !store.requeue(id))
            #expect(try store.begin(id, at: 2))
            #expect(try !store.begin(id, at: 3))
            #expect(try store.requeue(id))
            #expect(try store.job(id)?.summary.started == nil)
            #expect(try store.begin(id, at: 4))
            #expect(try store.job(id)?.summary.attempt == 2)
        }
    }

    @Test(arguments: StoreKind.allCases) func knowsNothingOfOtherNames(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let (id, other) = (try store.adding(makeJob()), JobID.random())
            #expect(try store.job(other) == nil && store.picture(0, of: other) == nil)
            #expect(try !store.begin(other, at: 1) && !store.requeue(other) && !store.remove(other))
            #expect(try !store.finish(other, as: .failed, at: 1, result: nil, error: nil, pictures: []))
            let twin = StoredJob(id: id, kind: "scores", owner: "", created: 2, request: [])
            #expect(throws: JobStoreError.duplicateID(id)) { try store.add(twin) }
            #expect(try store.job(id)?.summary.kind == "generation")
        }
    }

    @Test(arguments: StoreKind.allCases) func listsNewestFirstInPages(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let jobs = (0..<30).map { makeJob(owner: $0 % 3 == 0 ? "ann" : "bob", created: Int64($0 / 4)) }
            for job in jobs.shuffled() { try store.add(job) }
            let newestFirst = jobs.map(\.summary).sorted {
                ($0.created, $0.id.description) > ($1.created, $1.id.description)
            }
            #expect(try Self.list(owner: nil, from: store) == newestFirst)
            #expect(try Self.list(owner: "ann", from: store) == newestFirst.filter { $0.owner == "ann" })
            #expect(try Self.list(owner: "carl", from: store) == [])
            // What comes or goes meanwhile moves nothing.
            let pages = try Self.list(owner: nil, from: store) { last in
                #expect(try store.remove(last.id))
                try store.add(makeJob(created: 100))
            }
            #expect(pages == newestFirst)
        }
    }

    private static func list(
        owner: String?, from store: any JobStore, afterPage: (JobSummary) throws -> Void = { _ in }
    ) throws -> [JobSummary] {
        var jobs: [JobSummary] = []
        while true {
            let page = try store.list(owner: owner, after: jobs.last?.cursor, limit: 7)
            #expect(page.count <= 7)
            guard let last = page.last else { return jobs }
            jobs += page
            try afterPage(last)
        }
    }

    @Test(arguments: StoreKind.allCases) func namesTheUnfinishedInTheOrderTheyCame(kind: StoreKind) async throws {
        try await kind.withStore { store in
            // Clocks go back; the order does not.
            let ids = try [5, 3, 9, 1].map { try store.adding(makeJob("\($0)", created: $0)) }
            _ = try store.begin(ids[1], at: 10)
            _ = try store.finish(ids[2], as: .failed, at: 11, result: nil, error: nil, pictures: [])
            let unfinished = try store.unfinished()
            #expect(unfinished.map(\.summary.id) == [ids[0], ids[1], ids[3]])
            #expect(unfinished.map { String(decoding: $0.request, as: UTF8.self) } == ["5", "3", "1"])
        }
    }

    @Test(arguments: StoreKind.allCases) func removesAJobWithAllItHolds(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let key = Idempotency(key: "k", fingerprint: [1])
            let id = try store.addingEnded(makeJob(key: key), pictures: [[1], [2]])
            #expect(try store.remove(id))
            #expect(try store.job(id) == nil && store.picture(0, of: id) == nil)
            #expect(try store.job(owner: "", idempotencyKey: "k") == nil)
            #expect(try store.list(owner: nil, after: nil, limit: 9).isEmpty)
            #expect(try !store.remove(id))
            _ = try store.adding(makeJob(key: key))
        }
    }

    @Test(arguments: StoreKind.allCases) func keepsHostileTextsAsTheyAre(kind: StoreKind) async throws {
        let texts = [
            "", "\0", "a\0b", "'; DROP TABLE job; --", "\"`[]%_\\", "\u{FEFF}\u{202E}", "👩‍👩‍👧‍👦", "e\u{301}",
            String(repeating: "ü\0'", count: 1 << 18),
        ]
        try await kind.withStore { store in
            for text in texts {
                let key = Idempotency(key: text, fingerprint: Array(text.utf8))
                let job = StoredJob(kind: text, owner: text, created: 1, request: Array(text.utf8), idempotency: key)
                try store.add(job)
                let picture = StoredPicture(type: text, bytes: Array(text.utf8))
                _ = try store.finish(
                    job.summary.id, as: .failed, at: 2, result: Array(text.utf8), error: [0, 255], pictures: [picture])
                let stored = try #require(try store.job(owner: text, idempotencyKey: text))
                #expect(stored.summary.id == job.summary.id && stored.idempotency == key)
                #expect([stored.summary.kind, stored.summary.owner].allSatisfy { Array($0.utf8) == Array(text.utf8) })
                #expect(stored.request == Array(text.utf8) && stored.result == stored.request)
                #expect(stored.error == [0, 255])
                #expect(try store.picture(0, of: job.summary.id) == picture)
                #expect(try store.list(owner: text, after: nil, limit: 9).map(\.id) == [job.summary.id])
            }
        }
    }

    @Test func namesAJobBy32HexadecimalDigits() throws {
        let ids = (0..<1000).map { _ in JobID.random() }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { JobID($0.description) == $0 })
        let digits = "0123456789abcdef0123456789abcdef"
        #expect(JobID(digits)?.description == digits)
        for text in ["", String(digits.dropLast()), digits + "0", digits.uppercased(), "g" + digits.dropFirst()] {
            #expect(JobID(text) == nil)
        }
    }
}
