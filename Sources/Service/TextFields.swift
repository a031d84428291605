package import JSON

/// Options that came as text, in a query, a form or flags, as the fields of the JSON body that would say the same.
package struct TextFields: Sendable {
    /// The fields so far.
    package private(set) var object = JSONObject()

    /// No fields.
    package init() {}

    /// The fields, to be read as those of a body.
    package var cursor: JSONCursor { JSONCursor(.object(object)) }

    /// Adds a value as it is, in place of what came before.
    package mutating func set(_ name: String, value: JSONValue) { object[name] = value }

    /// Adds a text.
    package mutating func set(_ name: String, text: String?) {
        if let text { object[name] = .string(text) }
    }

    /// Adds what is a number if JSON says so; anything else stays a text, which whoever wants a number will refuse.
    package mutating func set(_ name: String, number: String?) {
        guard let number else { return }
        do throws(JSONError) {
            object[name] = try JSONValue(parsing: Array(number.utf8))
        } catch {
            object[name] = .string(number)
        }
    }

    /// Adds the texts between commas.
    package mutating func set(_ name: String, list: String?) {
        guard let list else { return }
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        object[name] = .array(list.isEmpty ? [] : parts.map { .string(String($0)) })
    }

    /// Adds a scoring option by its name; returns false for any other name.
    package mutating func set(scoringOption name: String, to value: String) -> Bool {
        switch name {
        case "scorers": set(name, list: value)
        case "styles": value.contains(",") ? set(name, list: value) : set(name, text: value)
        case "form": set(name, text: value)
        case "temperature", "top_k": set(name, number: value)
        default: return false
        }
        return true
    }
}
