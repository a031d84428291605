/// Who sends a request, as far as jobs are concerned: they belong to the key that they were asked for with.
package struct Caller: Sendable, Equatable {
    /// A digest of the API key, or of its name; empty where none is needed.
    package let owner: String
    /// What the log calls the caller; nil for one without a key.
    package let label: String?

    /// The caller of a server that asks for no key.
    package static let anyone = Caller(owner: "")

    /// A caller by the digest of the key.
    package init(owner: String, label: String? = nil) { (self.owner, self.label) = (owner, label) }
}
