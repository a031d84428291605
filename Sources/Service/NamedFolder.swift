/// A model's folder that lies elsewhere than among the weights, and the name that it is to have.
package struct NamedFolder: Sendable, Equatable {
    /// The name of the API.
    package let name: String
    /// Where it lies.
    package let path: String

    private static let maximumNameLength = 128

    /// Reads `NAME=FOLDER`; nil if either is missing.
    init?(_ text: some StringProtocol) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        name = String(text[..<equals])
        path = String(text[text.index(after: equals)...])
        if path.isEmpty { return nil }
    }

    /// Whether a pipeline may have a name.
    static func isName(_ name: String) -> Bool { name.isPlainName && name.utf8.count <= maximumNameLength }
}
