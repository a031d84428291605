package import JSON
package import Scoring

/// How a request wants images scored: by which scorers, over which styles, how sharply.
package struct ScoringOptions: Sendable, Equatable {
    /// The styles of a request, in place of the CLIP's own.
    package enum Styles: Sendable, Equatable {
        /// A loaded list.
        case named(String)
        /// The request's own texts.
        case texts(StyleList)
    }

    /// A scorer as a request names it.
    package enum Wanted: Sendable, Equatable {
        /// One of those that are loaded.
        case named(String)
        /// A weighted sum of such, under a name of the request's own.
        case composite(Composite)
    }

    /// A weighted sum of scorers.
    package struct Composite: Sendable, Equatable {
        /// The name under which it answers.
        package let name: String
        /// What is summed: a style classifier's reward, a metric's value.
        package let terms: [Term]

        /// A scorer and what its value is multiplied by.
        package struct Term: Sendable, Equatable {
            /// One of those that are loaded.
            package let scorer: String
            /// Of either sign.
            package let weight: Double
        }
    }

    /// The fields that are read.
    package static let fieldNames = ["scorers", "styles", "form", "temperature", "top_k"]

    /// The scorers by name; nil where the request leaves the choice.
    package let scorers: [Wanted]?
    /// The styles; nil for the CLIP's own.
    package let styles: Styles?
    /// How a CLIP's nearness becomes a logit; nil for the cosine.
    package let form: CLIPStyleClassifier.Form?
    /// What logits are divided by; nil for each classifier's own scale.
    package let temperature: Double?
    /// How many of the most probable styles are listed.
    package let topCount: Int

    private static let maximumScorerCount = 16
    private static let maximumNameLength = 256
    private static let weights = -1e6...1e6

    /// Reads the options among the fields of an object.
    package init(_ fields: JSONCursor) throws(APIError) {
        do throws(JSONFieldError) {
            scorers = try Self.scorers(fields)
            temperature = try fields.field("temperature")?.number(in: 0.0001...100)
            form = try fields.field("form").flatMap { field throws(JSONFieldError) in
                CLIPStyleClassifier.Form(
                    rawValue: try field.choice(of: CLIPStyleClassifier.Form.allCases.map(\.rawValue)))
            }
            topCount = try fields.field("top_k")?.integer(in: 1...StyleList.maximumCount) ?? 1
        } catch {
            throw APIError(error)
        }
        styles = try fields.field("styles").map { field throws(APIError) in try Self.styles(field) }
    }

    private static func scorers(_ fields: JSONCursor) throws(JSONFieldError) -> [Wanted]? {
        guard let field = fields.field("scorers") else { return nil }
        var wanted: [Wanted] = []
        for scorer in try field.array(maximumCount: maximumScorerCount) {
            if case .object = scorer.value {
                wanted.append(.composite(try composite(scorer)))
            } else {
                wanted.append(.named(try scorer.string(maximumLength: maximumNameLength)))
            }
        }
        return wanted
    }

    /// `{"name": ..., "terms": [{"scorer": ..., "weight": ...}, ...]}`.
    private static func composite(_ field: JSONCursor) throws(JSONFieldError) -> Composite {
        try field.refuseUnknownFields(["name", "terms"])
        let list = try field.required("terms")
        var terms: [Composite.Term] = []
        for term in try list.array(maximumCount: maximumScorerCount) {
            try term.refuseUnknownFields(["scorer", "weight"])
            terms.append(
                Composite.Term(
                    scorer: try term.required("scorer").string(maximumLength: maximumNameLength),
                    weight: try term.required("weight").number(in: weights)))
        }
        guard !terms.isEmpty else {
            throw .outOfRange(pointer: list.pointer, expected: "an array of at least one term", actual: "empty")
        }
        let name = try field.required("name")
        let text = try name.string(maximumLength: maximumNameLength)
        guard !text.isEmpty else {
            throw .outOfRange(pointer: name.pointer, expected: "a text of at least one character", actual: "empty")
        }
        return Composite(name: text, terms: terms)
    }

    private static func styles(_ field: JSONCursor) throws(APIError) -> Styles {
        var texts: [String] = []
        do throws(JSONFieldError) {
            if case .string(let name) = field.value { return .named(name) }
            for text in try field.array(maximumCount: StyleList.maximumCount) { texts.append(try text.string()) }
        } catch {
            throw APIError(error)
        }
        do throws(StyleListError) {
            return .texts(try StyleList(texts))
        } catch {
            throw APIError(error, at: field.pointer)
        }
    }
}

extension APIError {
    /// A list of styles in a request that is refused.
    init(_ error: StyleListError, at pointer: String) {
        switch error {
        case .empty(let index): self.init(.outOfRange, "must not be empty", at: .pointer("\(pointer)/\(index)"))
        case .tooLong(let index, let length):
            self.init(
                .tooLong, "has length \(length); at most \(StyleList.maximumLabelLength) is accepted",
                at: .pointer("\(pointer)/\(index)"))
        case .repeated(let index, _): self.init(.outOfRange, "repeats a style", at: .pointer("\(pointer)/\(index)"))
        case .tooFew(let count), .tooMany(let count):
            self.init(
                .outOfRange, "must hold 2 to \(StyleList.maximumCount) styles, not \(count)", at: .pointer(pointer))
        case .unreadable, .tooLarge, .notUTF8: self.init(.invalidRequest, "is no list of styles", at: .pointer(pointer))
        }
    }
}
