import Foundation
import Jobs
import TestSupport
import Testing

@Suite struct DatabaseFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/jobs.sqlite3" }

    init() throws { folder = try TemporaryFolder() }

    private func makeDatabase(pictureCount: Int = 0) throws -> JobID {
        let pictures = (0..<pictureCount).map { [UInt8](repeating: UInt8($0), count: 50_000) }
        return try SQLiteJobStore(folder: folder.path).addingEnded(makeJob(), pictures: pictures)
    }

    private func openingError() -> JobStoreError? {
        #expect(throws: JobStoreError.self) { try SQLiteJobStore(folder: folder.path) }
    }

    @Test func belongsToTheUserAlone() throws {
        let new = folder.path + "/new"
        let store = try SQLiteJobStore(folder: new)
        try store.add(makeJob())
        let mode = { try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
        #expect(try mode(new) == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: new)
        #expect(Set(files) == ["jobs.sqlite3", "jobs.sqlite3-wal"])
        for file in files { #expect(try mode("\(new)/\(file)") == 0o600) }
    }

    @Test func takesBackAFileThatOthersCouldRead() throws {
        _ = try makeDatabase()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let store = try SQLiteJobStore(folder: folder.path)
        try store.add(makeJob())
        for file in [path, path + "-wal"] {
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func servesOneStoreAtATime() async throws {
        let store = try SQLiteJobStore(folder: folder.path)
        #expect(openingError() == .inUse(path: path))
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            #expect(throws: JobStoreError.inUse(path: path + "/jobs.sqlite3")) { try SQLiteJobStore(folder: path) }
        }
        try store.add(makeJob())
        #expect(try store.unfinished().count == 1)
    }

    @Test func refusesWhatIsNoFolder() throws {
        try folder.write("x", to: "file")
        #expect(throws: JobStoreError.cannotOpen(path: folder.path + "/file/jobs.sqlite3", reason: "Not a directory")) {
            try SQLiteJobStore(folder: folder.path + "/file")
        }
        let nowhere = folder.path + "/no/such"
        #expect(throws: JobStoreError.cannotOpen(path: nowhere, reason: "No such file or directory")) {
            try SQLiteJobStore(folder: nowhere)
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard case .cannotOpen(path, _) = openingError() else {
            Issue.record("a folder in the file's place")
            return
        }
    }

    @Test func refusesWhatIsNoDatabase() throws {
        try folder.write([UInt8](repeating: 0x5A, count: 20_000), to: "jobs.sqlite3")
        #expect(openingError() == .notADatabase(path: path))
    }

    @Test func refusesWhatALaterVersionWrote() throws {
        _ = try makeDatabase()
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, 99])  // user_version: SQLite's file format, section 1.3
        try folder.write(bytes, to: "jobs.sqlite3")
        #expect(openingError() == .newerSchema(found: 99, supported: 1))
    }

    @Test func refusesAFileCutShort() throws {
        _ = try makeDatabase(pictureCount: 3)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        try folder.write(Array(bytes.prefix(3 * 4096)), to: "jobs.sqlite3")
        #expect(openingError() == .damaged(path: path))
    }

    @Test func saysThatAPageIsDamaged() throws {
        let id = try makeDatabase(pictureCount: 3)
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        // Every page after the tables' own, so that some job cannot be read.
        for place in stride(from: 4096, to: bytes.count, by: 4096) { bytes[place] = 0xFF }
        try folder.write(bytes, to: "jobs.sqlite3")
        let error = #expect(throws: JobStoreError.self) { try SQLiteJobStore(folder: folder.path).job(id) }
        #expect(error == .damaged(path: path))
    }
}
