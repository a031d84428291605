/// Named values in the order in which they were written.
///
/// Names are compared byte for byte, as RFC 8259 section 8.3 advises: canonically equivalent spellings stay distinct.
package struct JSONObject: Sendable {
    /// A field's name and value.
    package typealias Field = (name: String, value: JSONValue)

    /// The fields, first written first.
    package private(set) var fields: [Field] = []
    /// Where each name stands; empty until there are more fields than a scan beats.
    private var positions: [ExactName: Int] = [:]

    private static let scannedCount = 8

    /// An object of the given fields; of a repeated name the last value stays.
    package init(_ fields: [(String, JSONValue)] = []) {
        self.fields.reserveCapacity(fields.count)
        for (name, value) in fields { self[name] = value }
    }

    /// The names, first written first.
    package var names: [String] { fields.map(\.name) }

    /// The number of fields.
    package var count: Int { fields.count }

    /// The value of a name; nil when there is none, and setting nil removes it.
    package subscript(name: String) -> JSONValue? {
        get { position(of: name).map { fields[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let position?, let value?): fields[position].value = value
            case (let position?, nil):
                fields.remove(at: position)
                positions = [:]
                indexNewFields()
            case (nil, let value?):
                fields.append((name, value))
                indexNewFields()
            case (nil, nil): break
            }
        }
    }

    private func position(of name: String) -> Int? {
        let name = ExactName(string: name)
        guard positions.isEmpty else { return positions[name] }
        return fields.firstIndex { ExactName(string: $0.name) == name }
    }

    private mutating func indexNewFields() {
        guard fields.count > Self.scannedCount else { return }
        for position in positions.count..<fields.count {
            positions[ExactName(string: fields[position].name)] = position
        }
    }
}

extension JSONObject: Equatable {
    /// Whether both have the same names and values, in whatever order.
    package static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.count == b.count && a.fields.allSatisfy { b[$0.name] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

/// A name compared by its UTF-8 bytes; `String` would compare by canonical equivalence.
private struct ExactName: Hashable {
    let string: String

    static func == (a: ExactName, b: ExactName) -> Bool { a.string.utf8.elementsEqual(b.string.utf8) }

    func hash(into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
