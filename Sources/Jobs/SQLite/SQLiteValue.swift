/// A value for one of a statement's parameters.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    init(_ integer: Int) { self = .integer(Int64(integer)) }
    init(_ text: String?) { self = text.map(Self.text) ?? .null }
    init(_ bytes: [UInt8]?) { self = bytes.map(Self.blob) ?? .null }
    init(_ id: JobID) { self = .text(id.description) }
    init(_ state: JobState) { self = .text(state.rawValue) }
}
