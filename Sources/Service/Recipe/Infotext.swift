import JSON

/// How a picture was made, in the text that AUTOMATIC1111 writes into its files under the keyword `parameters`.
///
/// The prompts and the parameters share one text without any marks between them, so that a prompt with a line that
/// begins with `Negative prompt:`, or with spaces around a line, does not come back as it was: a `Recipe`'s JSON does.
package struct Infotext: Sendable, Equatable {
    /// The keyword of a PNG's text.
    package static let keyword = "parameters"

    /// What to draw; may have several lines.
    package let prompt: String
    /// What to steer away from; may have several lines.
    package let negativePrompt: String
    /// The parameters in the order in which they are written.
    package let parameters: [Parameter]

    /// A parameter's name and its value in text, without quotes.
    package struct Parameter: Sendable, Equatable {
        /// The name, such as `CFG scale`.
        package let name: String
        /// The value.
        package let value: String

        /// A parameter under one of AUTOMATIC1111's names.
        package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The text that says all of it.
    package init(prompt: String, negativePrompt: String = "", parameters: [Parameter]) {
        (self.prompt, self.negativePrompt, self.parameters) = (prompt, negativePrompt, parameters)
    }

    /// The value of a parameter; of a repeated one the last.
    package subscript(name: String) -> String? { parameters.last { $0.name == name }?.value }

    /// The text, as `create_infotext` of modules/processing.py puts it together.
    package var text: String {
        let negative = negativePrompt.isEmpty ? "" : "\nNegative prompt: " + negativePrompt
        let list = parameters.map { "\($0.name): \(Self.quoted($0.value))" }.joined(separator: ", ")
        return (prompt + negative + "\n" + list).strippedAsPython
    }

    /// `quote` of modules/infotext_utils.py: JSON for what would end the value or begin another.
    private static func quoted(_ value: String) -> String {
        let isPlain = !value.unicodeScalars.contains { [",", "\n", ":"].contains($0) }
        return isPlain ? value : String(decoding: JSONValue.string(value).encoded(), as: UTF8.self)
    }
}

extension String {
    /// Without white space at both ends, as Python's `str.strip` counts it.
    var strippedAsPython: String {
        let head = unicodeScalars.drop(while: \.isPythonSpace)
        guard let last = head.lastIndex(where: { !$0.isPythonSpace }) else { return "" }
        return String(head[...last])
    }
}

extension Unicode.Scalar {
    /// Python's `str.isspace`, which counts the separators U+001C...U+001F as well.
    var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
}
