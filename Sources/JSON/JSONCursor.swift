/// A value and where it stands: typed reads whose errors carry the RFC 6901 pointer.
package struct JSONCursor: Sendable, Equatable {
    /// The value itself.
    package let value: JSONValue
    /// Where it stands in its document; empty for the document.
    package let pointer: String

    /// A cursor on a whole document, or on a part whose place is known.
    package init(_ value: JSONValue, pointer: String = "") {
        self.value = value
        self.pointer = pointer
    }

    /// The place of one of this value's fields or elements, with `~` and `/` escaped.
    package func pointer(to name: String) -> String {
        let escaped = name.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "~"): Array("~0".utf8)
            case UInt8(ascii: "/"): Array("~1".utf8)
            default: [byte]
            }
        }
        return pointer + "/" + String(decoding: escaped, as: UTF8.self)
    }

    /// One field of an object; nil when it is absent or null, or this is no object.
    package func field(_ name: String) -> JSONCursor? {
        guard let field = value[name], field != .null else { return nil }
        return JSONCursor(field, pointer: pointer(to: name))
    }

    /// One field of an object, which must be there and not null.
    package func required(_ name: String) throws(JSONFieldError) -> JSONCursor {
        _ = try object()
        guard let field = field(name) else { throw .missing(pointer: pointer(to: name)) }
        return field
    }

    /// The object, or an error that says what is there instead.
    package func object() throws(JSONFieldError) -> JSONObject {
        guard case .object(let object) = value else { throw wrongType("an object") }
        return object
    }

    /// The elements of an array.
    package func array(maximumCount: Int = .max) throws(JSONFieldError) -> [JSONCursor] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        guard elements.count <= maximumCount else {
            throw .tooLong(pointer: pointer, maximum: maximumCount, actual: elements.count)
        }
        return elements.enumerated().map { JSONCursor($1, pointer: pointer + "/\($0)") }
    }

    /// A string; its length is counted in Unicode scalars, as JSON Schema's `maxLength` is.
    package func string(maximumLength: Int = .max) throws(JSONFieldError) -> String {
        guard case .string(let string) = value else { throw wrongType("a string") }
        guard string.utf8.count > maximumLength else { return string }
        let length = string.unicodeScalars.count
        guard length <= maximumLength else { throw .tooLong(pointer: pointer, maximum: maximumLength, actual: length) }
        return string
    }

    /// A string that is one of the given.
    package func choice(of choices: [String]) throws(JSONFieldError) -> String {
        let string = try string()
        guard choices.contains(string) else {
            throw .notOneOf(pointer: pointer, choices: choices, actual: String(string.prefix(64)))
        }
        return string
    }

    /// True or false.
    package func bool() throws(JSONFieldError) -> Bool {
        guard case .bool(let bool) = value else { throw wrongType("true or false") }
        return bool
    }

    /// A whole number; `3.0` is one, as in JSON Schema 2020-12.
    package func integer(in range: ClosedRange<Int> = Int.min...Int.max) throws(JSONFieldError) -> Int {
        let integer: Int
        switch value {
        case .integer(let value): integer = Int(value)
        case .real(let value):
            guard value == value.rounded() else { throw wrongType("an integer") }
            guard let exact = Int(exactly: value) else { throw outOfRange("\(range)", value.description) }
            integer = exact
        default: throw wrongType("an integer")
        }
        guard range.contains(integer) else { throw outOfRange("\(range)", integer.description) }
        return integer
    }

    /// A number of either kind.
    package func number(
        in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(JSONFieldError) -> Double {
        let number: Double
        switch value {
        case .integer(let value): number = Double(value)
        case .real(let value): number = value
        default: throw wrongType("a number")
        }
        guard range.contains(number) else { throw outOfRange("\(range)", number.description) }
        return number
    }

    /// The numbers of an array, of either kind.
    package func numbers(maximumCount: Int = .max) throws(JSONFieldError) -> [Double] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        guard elements.count <= maximumCount else {
            throw .tooLong(pointer: pointer, maximum: maximumCount, actual: elements.count)
        }
        var numbers: [Double] = []
        numbers.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            switch element {
            case .integer(let value): numbers.append(Double(value))
            case .real(let value): numbers.append(value)
            // Of thousands of numbers only the place of one that is none is written out.
            default: throw JSONCursor(element, pointer: pointer + "/\(index)").wrongType("a number")
            }
        }
        return numbers
    }

    /// Refuses an object's fields beyond the given, naming the one that was probably meant.
    package func refuseUnknownFields(_ known: [String]) throws(JSONFieldError) {
        for name in try object().names where !known.contains(name) {
            throw .unknown(pointer: pointer(to: String(name.prefix(64))), nearest: nearestName(to: name, in: known))
        }
    }

    private func wrongType(_ expected: String) -> JSONFieldError {
        .wrongType(pointer: pointer, expected: expected, actual: value.typeName)
    }

    private func outOfRange(_ range: String, _ actual: String) -> JSONFieldError {
        .outOfRange(pointer: pointer, expected: "in \(range)", actual: actual)
    }
}

extension JSONValue {
    /// The type in words, as error messages name it.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .real: "a real number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
