import ArgumentParser
import Service

/// The flags of commands that score.
struct ScoringFlags: ParsableArguments {
    @Option(help: "Names of scorers, separated by commas; clip if absent.")
    var scorers: String?

    @Option(help: "The name of a list of styles, or at least two styles separated by commas.")
    var styles: String?

    @Option(help: "How a CLIP's nearness becomes a logit: cosine or inverse_distance.")
    var form: String?

    @Option(help: "What logits are divided by before the softmax.")
    var temperature: String?

    @Option(help: "How many of the most probable styles are listed.")
    var topK: String?

    /// Adds those that were given.
    func add(to fields: inout TextFields) {
        let options = [
            ("scorers", scorers), ("styles", styles), ("form", form), ("temperature", temperature), ("top_k", topK),
        ]
        for case (let name, let value?) in options { _ = fields.set(scoringOption: name, to: value) }
    }
}
