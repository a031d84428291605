import CSQLite

/// A prepared statement; its columns, counted from 0, are those of the row it stands on.
final class SQLiteStatement {
    private let handle: OpaquePointer

    /// Takes the handle over.
    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { sqlite3_finalize(handle) }

    /// Gives the parameters their values, in order; SQLite's result code.
    func bind(_ values: [SQLiteValue]) -> CInt {
        precondition(values.count == sqlite3_bind_parameter_count(handle), "\(values.count) values for \(sql)")
        for (index, value) in zip(CInt(1)..., values) {
            let code = bind(value, at: index)
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    private func bind(_ value: SQLiteValue, at index: CInt) -> CInt {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
        case .text(var text):
            text.withUTF8 { csqlite_bind_text(handle, index, $0.baseAddress, $0.count) }
        case .blob(let bytes):
            bytes.withUnsafeBytes { csqlite_bind_blob(handle, index, $0.baseAddress, $0.count) }
        }
    }

    /// Goes to the next row: SQLITE_ROW, SQLITE_DONE or what failed.
    func step() -> CInt { sqlite3_step(handle) }

    /// Ends the reading and drops the values, which may be long.
    func reset() {
        sqlite3_reset(handle)  // repeats the failure of the last step, which was seen there
        sqlite3_clear_bindings(handle)
    }

    func integer(_ column: CInt) -> Int64? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, column)
    }

    func text(_ column: CInt) -> String? { bytes(column).map { String(decoding: $0, as: UTF8.self) } }

    /// A blob, or a text's bytes.
    func bytes(_ column: CInt) -> [UInt8]? {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        // The address first: asking for it may change the length. There is none of nothing.
        let address = sqlite3_column_blob(handle, column)
        return Array(UnsafeRawBufferPointer(start: address, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private var sql: String { String(cString: sqlite3_sql(handle)) }
}
