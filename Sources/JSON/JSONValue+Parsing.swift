import CJansson

extension JSONValue {
    /// Reads one JSON value (RFC 8259), strictly and within limits that are checked before anything is allocated.
    ///
    /// Refused: repeated names, U+0000 in a name, lone surrogates, bytes that are not UTF-8, a byte order mark, integers
    /// beyond 64 bits (unless integers are read as reals), reals beyond `Double`, and anything after the value.
    package init(
        parsing bytes: [UInt8], maximumDepth: Int = 32, maximumValueCount: Int = 1_000_000,
        integersAsReals: Bool = false
    ) throws(JSONError) {
        try JSONLimits(maximumDepth: maximumDepth, maximumValueCount: maximumValueCount).check(bytes)
        var error = json_error_t()
        let integers = integersAsReals ? JSON_DECODE_INT_AS_REAL : 0
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL | integers)
        let root = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { json_loadb($0.baseAddress, $0.count, flags, &error) }
        }
        guard let root else { throw JSONError(error, isEmpty: bytes.allSatisfy { [9, 10, 13, 32].contains($0) }) }
        defer { json_decref(root) }
        self.init(root)
    }

    /// Copies a parsed value; its depth was limited before it was parsed.
    fileprivate init(_ value: UnsafeMutablePointer<json_t>) {
        switch value.pointee.type {
        case JSON_OBJECT: self = .object(JSONObject(value))
        case JSON_ARRAY:
            self = .array((0..<json_array_size(value)).map { json_array_get(value, $0).map { JSONValue($0) } ?? .null })
        case JSON_STRING: self = .string(String(json_string_value(value), count: json_string_length(value)))
        case JSON_INTEGER: self = .integer(json_integer_value(value))
        case JSON_REAL: self = .real(json_real_value(value))
        case JSON_TRUE: self = true
        case JSON_FALSE: self = false
        default: self = .null
        }
    }
}

extension JSONObject {
    fileprivate init(_ object: UnsafeMutablePointer<json_t>) {
        self.init()
        var iterator = json_object_iter(object)
        while let field = iterator {
            if let value = json_object_iter_value(field) {
                let length = Int(json_object_iter_key_len(field))
                self[String(json_object_iter_key(field), count: length)] = JSONValue(value)
            }
            iterator = json_object_iter_next(object, field)
        }
    }
}

extension String {
    /// Copies text that jansson has validated as UTF-8.
    fileprivate init(_ start: UnsafePointer<CChar>?, count: Int) {
        let characters = UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        self = characters.withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONError {
    fileprivate init(_ error: json_error_t, isEmpty: Bool) {
        var error = error
        let code = json_error_code(rawValue: UInt32(cjansson_error_code(&error)))
        let text = withUnsafeBytes(of: error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let reason: Reason =
            switch code {
            case json_error_duplicate_key: .duplicateName
            case json_error_null_byte_in_key: .nulInName
            case json_error_numeric_overflow: .numberOverflow
            case json_error_invalid_utf8: .invalidUTF8
            case json_error_premature_end_of_input: isEmpty ? .empty : .truncated
            case json_error_end_of_input_expected: .trailingBytes
            default: isEmpty ? .empty : .syntax(text)
            }
        self.init(
            reason: reason, line: Int(error.line), column: Int(error.column), position: Int(error.position))
    }
}
