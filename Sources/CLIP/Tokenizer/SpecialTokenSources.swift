import JSON

/// What the files of a folder say about added tokens, read one file after the other.
struct SpecialTokenSources {
    /// The tokens with a role, by the name of the field (`bos_token`, …).
    var named: [String: AddedToken] = [:]
    /// Whether `tokenizer_config.json` lists the added tokens itself, so that no other file is asked.
    private(set) var hasDecoder = false
    private var extra: [AddedToken] = []
    private var byID: [Int: AddedToken] = [:]

    private static let ids = 0...(Vocabulary.maximumCount + SpecialTokens.maximumCount)

    /// Reads `tokenizer_config.json`.
    mutating func read(configuration: JSONCursor) throws(JSONFieldError) {
        try readNamed(configuration, areSpecial: false)
        if let tokens = configuration.field("extra_special_tokens") ?? configuration.field("additional_special_tokens")
        {
            extra = try Self.extraTokens(tokens, areSpecial: false)
        }
        guard let decoder = configuration.field("added_tokens_decoder") else { return }
        hasDecoder = true
        for name in try decoder.object().names {
            let field = try decoder.required(name)
            guard let id = Int(name), Self.ids.contains(id) else {
                throw .outOfRange(pointer: field.pointer, expected: "named by an id in \(Self.ids)", actual: name)
            }
            _ = try field.object()
            byID[id] = try AddedToken(field)
        }
    }

    /// Reads `special_tokens_map.json`, whose roles replace those of the configuration.
    mutating func read(map: JSONCursor) throws(JSONFieldError) {
        try readNamed(map, areSpecial: true)
        guard let tokens = map.field("extra_special_tokens") else { return }
        for token in try Self.extraTokens(tokens, areSpecial: true) where !extra.contains(token) {
            extra.append(token)
        }
    }

    /// Reads `added_tokens.json`: the ids of tokens beyond the vocabulary.
    mutating func read(addedTokens: JSONCursor) throws(JSONFieldError) {
        let roles = Set((Array(named.values) + extra).map(\.content))
        for name in try addedTokens.object().names {
            let id = try addedTokens.required(name).integer(in: Self.ids)
            let isSpecial = roles.contains(name)
            byID[id] = AddedToken(name, isSpecial: isSpecial, isNormalized: !isSpecial)
        }
    }

    /// Reads the `added_tokens` of a `tokenizer.json`.
    mutating func read(tokenizer: JSONCursor) throws(JSONFieldError) {
        for token in try tokenizer.required("added_tokens").array(maximumCount: SpecialTokens.maximumCount) {
            _ = try token.object()
            byID[try token.required("id").integer(in: Self.ids)] = try AddedToken(token)
        }
    }

    /// All tokens in the order in which transformers adds them: listed ones by id, then roles, then extras.
    func ordered(roles: [String]) -> [AddedToken] {
        let otherRoles = named.keys.filter { !roles.contains($0) }.sorted()
        let byRole = (roles + otherRoles).compactMap { named[$0] }
        let contents = Set(byRole.map(\.content))
        let listed = byID.sorted { $0.key < $1.key }.map(\.value)
        let listedContents = Set(listed.map(\.content))
        return (listed + (byRole + extra).filter { !listedContents.contains($0.content) }).map { token in
            var token = token
            if contents.contains(token.content) { token.isSpecial = true }
            return token
        }
    }

    private mutating func readNamed(_ object: JSONCursor, areSpecial: Bool) throws(JSONFieldError) {
        for name in try object.object().names where name.hasSuffix("_token") {
            guard let field = object.field(name) else {
                // Null takes a role away, which these four can't spare.
                guard !["bos_token", "eos_token", "unk_token", "pad_token"].contains(name) else {
                    throw .wrongType(pointer: object.pointer(to: name), expected: "a token", actual: "null")
                }
                continue
            }
            if case .bool = field.value { continue }  // add_bos_token and add_eos_token
            named[name] = try AddedToken(field, isSpecial: areSpecial)
        }
    }

    private static func extraTokens(_ list: JSONCursor, areSpecial: Bool) throws(JSONFieldError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        for element in try list.array(maximumCount: SpecialTokens.maximumCount) {
            tokens.append(try AddedToken(element, isSpecial: areSpecial))
        }
        return tokens
    }
}
