import Foundation
import Jobs
import TestSupport
import Testing

@Suite struct ErasureTests {
    /// Texts that are in the files, and whether each still is.
    private static func traces(of marks: [String], in folder: TemporaryFolder) throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { "\(folder.path)/\($0)" }
        // A log that was emptied is there all the same; Foundation leaks the buffer of a file without bytes.
        let filled = try files.filter { path in
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int != 0
        }
        let bytes = try filled.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        return marks.filter { mark in bytes.contains { $0.range(of: Data(mark.utf8)) != nil } }
    }

    /// Adds a job whose mark is in everything that it holds; the lengths fill parts of pages, pages and many pages.
    private static func add(_ mark: String, at time: Int64, to store: SQLiteJobStore) throws -> JobID {
        let text = String(repeating: mark + " ", count: [1, 9, 100, 400][Int(time % 4)])
        let key = Idempotency(key: mark, fingerprint: Array(mark.utf8))
        return try store.addingEnded(
            makeJob(text, owner: mark, key: key), at: time, result: text,
            pictures: [Array(text.utf8), Array(mark.utf8)])
    }

    @Test func leavesNothingOfARemovedJobOnTheDisk() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteJobStore(folder: folder.path)
        let marks = (0..<120).map { "secret-\($0)-fox" }
        let ids = try marks.enumerated().map { try Self.add($1, at: Int64($0), to: store) }
        #expect(try Self.traces(of: marks, in: folder) == marks)
        for index in stride(from: 0, to: 120, by: 7) { #expect(try store.remove(ids[index])) }
        #expect(try Self.traces(of: marks, in: folder) == marks.indices.filter { $0 % 7 != 0 }.map { marks[$0] })
        let removed = try store.expire(Retention(milliseconds: 1000, jobCount: 20, byteCount: .max), at: 200)
        #expect(removed.count == 82)
        let left = ids.indices.filter { $0 % 7 != 0 && !removed.contains(ids[$0]) }.map { marks[$0] }
        #expect(try Self.traces(of: marks, in: folder) == left)
        #expect(left.count == 20)
    }

    @Test func leavesNothingOfAForgottenKey() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteJobStore(folder: folder.path)
        let key = Idempotency(key: "secret-key", fingerprint: Array("secret-print".utf8))
        _ = try store.adding(makeJob("secret-prompt", key: key))
        let everything = Retention(milliseconds: .max / 2, jobCount: .max, byteCount: .max)
        _ = try store.expire(everything, at: 2 * Retention.keyMilliseconds)
        let marks = ["secret-key", "secret-print", "secret-prompt"]
        #expect(try Self.traces(of: marks, in: folder) == ["secret-prompt"])
    }
}
