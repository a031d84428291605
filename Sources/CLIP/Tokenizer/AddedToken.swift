import JSON

/// A token that is looked for in the text before the text is split into words.
struct AddedToken: Equatable {
    /// The longest content, in scalars.
    static let maximumLength = 256

    let content: String
    /// Whether it stands for something beyond text, such as the end; such tokens come first and are not normalised.
    var isSpecial: Bool
    /// Whether it is looked for in the normalised text.
    var isNormalized: Bool { statedNormalized ?? !isSpecial }
    private var statedNormalized: Bool?
    /// Whether it must not touch word characters.
    private(set) var isSingleWord = false
    /// Whether it takes the whitespace before it, and after it.
    private(set) var stripsLeft = false
    private(set) var stripsRight = false

    init(_ content: String, isSpecial: Bool, isNormalized: Bool? = nil) {
        self.content = content
        self.isSpecial = isSpecial
        statedNormalized = isNormalized
    }

    /// Reads a string, or an object with the fields of the tokenizers library's `AddedToken`.
    ///
    /// A plain string is special. An object is when it says so or `isSpecial` does.
    init(_ value: JSONCursor, isSpecial: Bool = false) throws(JSONFieldError) {
        guard case .object = value.value else {
            self.init(try value.string(maximumLength: Self.maximumLength), isSpecial: true)
            return
        }
        func flag(_ name: String) throws(JSONFieldError) -> Bool? { try value.field(name)?.bool() }
        self.init(
            try value.required("content").string(maximumLength: Self.maximumLength),
            isSpecial: try flag("special") == true || isSpecial,
            isNormalized: try flag("normalized"))
        isSingleWord = try flag("single_word") ?? false
        stripsLeft = try flag("lstrip") ?? false
        stripsRight = try flag("rstrip") ?? false
    }
}
