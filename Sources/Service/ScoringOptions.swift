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

    /// The fields that are read.
    package static let fieldNames = ["scorers", "styles", "form", "temperature", "top_k"]

    /// The scorers by name; nil where the request leaves the choice.
    package let scorers: [String]?
    /// The styles; nil for the CLIP's own.
    package let styles: Styles?
    /// How a CLIP's nearness becomes a logit; nil for the cosine.
    package let form: CLIPStyleClassifier.Form?
    /// What logits are divided by; nil for each classifier's own scale.
    package let temperature: Double?
    /// How many of the most probable styles are listed.
    package let topCount: Int

    private static let maximumScorerCount = 16

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

    private static func scorers(_ fields: JSONCursor) throws(JSONFieldError) -> [String]? {
        guard let field = fields.field("scorers") else { return nil }
        var names: [String] = []
        for name in try field.array(maximumCount: maximumScorerCount) {
            names.append(try name.string(maximumLength: 256))
        }
        return names
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
    fileprivate init(_ error: StyleListError, at pointer: String) {
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
