import JSON

/// A scorer as a model of the Open Inference Protocol: pictures in, figures out.
struct InferenceModel: Sendable {
    /// An input or an output; a side of -1 is as long as there are pictures.
    struct Tensor: Sendable {
        /// What it is called.
        let name: String
        /// `BYTES` or `FP32`.
        let datatype: String
        /// The sides.
        let shape: [Int]

        /// The entry of a model's metadata.
        var json: JSONValue {
            [
                "name": .string(name), "datatype": .string(datatype),
                "shape": .array(shape.map { .integer(Int64($0)) }),
            ]
        }
    }

    /// The only version that a scorer has.
    static let version = "1"
    /// The input that holds pictures.
    static let imageName = "image"
    /// The input that holds a text for each picture.
    static let promptName = "prompt"

    /// What scores.
    let scorer: Scorer

    /// The scorer of a name, in a version if the path has one.
    init(named name: String, version: String?, in registry: ModelRegistry) throws(APIError) {
        let scorers = registry.scorers
        guard let scorer = scorers.first(where: { $0.id == name }) else {
            let known = scorers.map { "'\($0.id)'" }.joined(separator: ", ")
            throw APIError(.modelNotFound, "There is no model '\(name.shortened)'; there are \(known).")
        }
        guard version ?? Self.version == Self.version else {
            throw APIError(
                .modelNotFound, "Model '\(name)' has no version '\(version?.shortened ?? "")', but '\(Self.version)'.")
        }
        self.scorer = scorer
    }

    /// What a request must bring.
    var inputs: [Tensor] {
        let names = [Self.imageName] + (scorer.needsPrompt ? [Self.promptName] : [])
        return names.map { Tensor(name: $0, datatype: "BYTES", shape: [-1]) }
    }

    /// What a request can ask for.
    var outputs: [Tensor] {
        InferenceOutput.all(of: scorer).map { output in
            let shape = output == .probabilities ? [-1, scorer.labels?.count ?? 0] : [-1]
            return Tensor(name: output.rawValue, datatype: output.datatype, shape: shape)
        }
    }

    /// The metadata that the protocol has of a model.
    var json: JSONValue {
        [
            "name": .string(scorer.id), "versions": [.string(Self.version)], "platform": "liminal",
            "inputs": .array(inputs.map(\.json)), "outputs": .array(outputs.map(\.json)),
        ]
    }
}
