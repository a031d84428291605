import Images
import JSON
import Scoring

/// The body of `zero-shot-image-classification`.
struct ZeroShotFields {
    /// The parameter that no other task has.
    static let labelsName = "candidate_labels"
    private static let templateName = "hypothesis_template"
    private static let placeholder = "{}"

    /// The picture, in an array of one.
    let images: [Image]
    /// What the picture is compared with: the labels, each in the template if there is one.
    let styles: StyleList
    private let labels: [String]

    /// Reads base64 with labels.
    init(_ body: JSONCursor) throws(APIError) {
        let (place, template): (String, String?)
        do throws(JSONFieldError) {
            let parameters = try body.parameters([Self.labelsName, Self.templateName])
            let field = try parameters.required(Self.labelsName)
            var labels: [String] = []
            for label in try field.array(maximumCount: StyleList.maximumCount) { labels.append(try label.string()) }
            self.labels = labels
            template = try Self.template(parameters)
            place = field.pointer
        } catch {
            throw APIError(error)
        }
        do throws(StyleListError) {
            // What is said of a label is said before a template hides it.
            _ = try StyleList(labels)
            styles = try StyleList(labels.map { template?.replacing(Self.placeholder, with: $0) ?? $0 })
        } catch {
            throw APIError(error, at: place)
        }
        var uploaded = UploadedImages(maximumCount: 1)
        try uploaded.append(JSONCursor(body.field("inputs")?.value ?? .null, pointer: body.pointer(to: "inputs")))
        images = uploaded.images
    }

    /// The labels with their probabilities, the best first.
    func answer(_ score: Score) -> JSONValue {
        let probabilities = score.posterior.probabilities
        return .labelled(score.posterior.top(labels.count).map { (labels[$0], probabilities[$0]) })
    }

    private static func template(_ parameters: JSONCursor) throws(JSONFieldError) -> String? {
        guard let field = parameters.field(templateName) else { return nil }
        let template = try field.string(maximumLength: StyleList.maximumLabelLength)
        guard template.contains(placeholder) else {
            throw .outOfRange(
                pointer: field.pointer, expected: "a text with '\(placeholder)' for the label",
                actual: "'\(template.shortened)'")
        }
        return template
    }
}
