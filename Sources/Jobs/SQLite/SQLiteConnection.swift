import CSQLite
import Glibc

/// An open database, for one caller at a time.
final class SQLiteConnection {
    /// The database's file.
    let path: String
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens a file that is there; an empty one is an empty database.
    init(path: String) throws(JobStoreError) {
        self.path = path
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else { throw .cannotOpen(path: path, reason: String(cString: sqlite3_errstr(code))) }
        self.handle = handle  // there also after a failure, and then closed by `deinit`
        guard code == SQLITE_OK else { throw failure(code) }
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs a statement to its end; how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws(JobStoreError) -> Int {
        _ = try rows(sql, values) { _ in }
        return Int(sqlite3_changes64(handle))
    }

    /// Reads every row of a query.
    func rows<Row>(
        _ sql: String, _ values: [SQLiteValue] = [], read: (SQLiteStatement) throws(JobStoreError) -> Row
    ) throws(JobStoreError) -> [Row] {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try check(statement.bind(values))
        var rows: [Row] = []
        while true {
            switch statement.step() {
            case SQLITE_ROW: rows.append(try read(statement))
            case SQLITE_DONE: return rows
            case let code: throw failure(code)
            }
        }
    }

    /// The one number that a query gives, as most pragmas do.
    func number(_ sql: String) throws(JobStoreError) -> Int {
        let numbers = try rows(sql) { row in row.integer(0) }
        guard case let number?? = numbers.first else { throw .damaged(path: path) }
        return Int(number)
    }

    /// Runs several statements that are needed once.
    func run(script: String) throws(JobStoreError) { try check(sqlite3_exec(handle, script, nil, nil, nil)) }

    /// Makes all of the body's changes or none.
    func transaction<Result>(
        _ body: () throws(JobStoreError) -> Result
    ) throws(JobStoreError) -> Result {
        try run("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // A full disk may have rolled it back already. What matters is the error; a failed ROLLBACK would leave the
            // transaction open, and the next BEGIN says so.
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Moves everything from the write-ahead log to the database and empties the log.
    func emptyLog() throws(JobStoreError) {
        try check(sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil))
    }

    private func prepared(_ sql: String) throws(JobStoreError) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(self.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw failure(code) }
        let statement = SQLiteStatement(handle)
        statements[sql] = statement
        return statement
    }

    private func check(_ code: CInt) throws(JobStoreError) {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: CInt) -> JobStoreError {
        let systemError = errno  // sqlite3_system_errno knows nothing of a failed COMMIT
        let reason = String(cString: sqlite3_errmsg(handle))
        switch code & 0xff {  // the primary code
        case SQLITE_CANTOPEN, SQLITE_PERM: return .cannotOpen(path: path, reason: reason)
        case SQLITE_NOTADB: return .notADatabase(path: path)
        case SQLITE_CORRUPT: return .damaged(path: path)
        case SQLITE_BUSY: return .inUse(path: path)
        case SQLITE_FULL: return .full
        // SQLite calls nothing but ENOSPC of a write a full disk.
        case SQLITE_IOERR where [ENOSPC, EDQUOT, EFBIG].contains(systemError): return .full
        case SQLITE_READONLY: return .readOnly(path: path)
        default: return .failed(code: Int(code), reason: reason)
        }
    }
}
