import CLIP
import JSON
import Layers
import Tensors
import TestSupport
import Testing

@Suite struct CLIPFolderTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.copy(Repository.golden("clip/quick"))
    }

    /// Why the folder is refused, or nil when it is not.
    private func refusal() throws -> ModelError? {
        do throws(ModelError) {
            _ = try CLIPModel(folder: path, on: .forTests)
            return nil
        } catch {
            return error
        }
    }

    /// Replaces a field of one of the folder's configurations; nil removes it.
    private func set(_ value: JSONValue?, at names: [String], in file: String = "config.json") throws {
        func replaced(_ object: JSONValue, _ names: ArraySlice<String>) -> JSONValue {
            guard let name = names.first, case .object(var fields) = object else { return object }
            fields[name] = names.count == 1 ? value : replaced(fields[name] ?? [:], names.dropFirst())
            return .object(fields)
        }
        let root = try ConfigurationFile("\(path)/\(file)").root.value
        try folder.write(replaced(root, names[...]).encoded(), to: "quick/\(file)")
    }

    @Test func acceptsTheFolderAsItIs() throws { #expect(try refusal() == nil) }

    @Test(
        "refuses a configuration",
        arguments: [
            (["text_config", "hidden_size"], 25), (["text_config", "hidden_size"], 0),
            (["text_config", "hidden_size"], 1_000_000_000), (["text_config", "num_hidden_layers"], -1),
            (["text_config", "hidden_act"], "laplace"), (["vision_config", "num_channels"], 4),
            (["vision_config", "patch_size"], 19), (["vision_config", "layer_norm_eps"], -1),
            (["vision_config", "image_size"], [18, 18]), (["text_config", "eos_token_id"], [2]),
            (["model_type"], "siglip"), (["projection_dim"], 0),
        ] as [([String], JSONValue)])
    func refusesAConfiguration(names: [String], value: JSONValue) throws {
        try set(value, at: names)
        guard case .configuration(let error, let file)? = try refusal() else {
            Issue.record("\(names): \(String(describing: try refusal()))")
            return
        }
        #expect(file == path + "/config.json")
        let head = "/" + names.joined(separator: "/")
        #expect(error.pointer == head || names == ["text_config", "hidden_size"])
    }

    @Test(
        "names the tensor and both shapes when the configuration has another",
        arguments: [
            (
                ["text_config", "vocab_size"], 515, "text_model.embeddings.token_embedding.weight", [515, 24],
                [514, 24]
            ),
            (
                ["text_config", "intermediate_size"], 57, "text_model.encoder.layers.0.mlp.fc1.weight", [57, 24],
                [56, 24]
            ),
            (
                ["vision_config", "patch_size"], 5, "vision_model.embeddings.patch_embedding.weight", [20, 3, 5, 5],
                [20, 3, 4, 4]
            ),
            (["projection_dim"], 11, "text_projection.weight", [11, 24], [12, 24]),
        ] as [([String], JSONValue, String, [Int], [Int])])
    func namesTheTensor(names: [String], value: JSONValue, name: String, expected: [Int], actual: [Int]) throws {
        try set(value, at: names)
        #expect(
            try refusal()
                == .weights(.wrongShape(name: name, expected: expected, actual: actual), file: path))
    }

    @Test func namesATensorThatIsMissingOrTooMany() throws {
        try set(3, at: ["text_config", "num_hidden_layers"])
        #expect(
            try refusal()
                == .weights(.missing(name: "text_model.encoder.layers.2.layer_norm1.weight"), file: path))
        try set(1, at: ["text_config", "num_hidden_layers"])
        #expect(
            try refusal()
                == .weights(.unexpected(name: "text_model.encoder.layers.1.layer_norm1.bias"), file: path))
    }

    @Test func refusesATokenizerThatTheEncoderCannotTake() throws {
        try set(17, at: ["model_max_length"], in: "tokenizer_config.json")
        #expect(
            try refusal()
                == .malformed(file: path, reason: "texts of 17 tokens for an encoder of 16 positions"))
    }

    @Test func refusesPreprocessingThatTheEncoderCannotTake() throws {
        try set(17, at: ["crop_size"], in: "preprocessor_config.json")
        #expect(
            try refusal()
                == .malformed(
                    file: path + "/preprocessor_config.json",
                    reason: "images do not all become 18 x 18, as the encoder takes them"))
    }

    @Test func prefersPreprocessingNestedInTheProcessor() throws {
        try folder.write(#"{"image_processor":{"resample":1}}"#, to: "quick/processor_config.json")
        guard case .configuration(let error, let file)? = try refusal() else {
            Issue.record("accepted")
            return
        }
        #expect(file == path + "/processor_config.json")
        #expect(error.pointer == "/image_processor/resample")
        try folder.write(#"{"processor_class":"CLIPProcessor"}"#, to: "quick/processor_config.json")
        #expect(try refusal() == nil)
    }

    @Test func letsOldDuplicatesOfTheConfigurationCount() throws {
        let root = try ConfigurationFile(path + "/config.json").root.value
        try set(root["text_config"], at: ["text_config_dict"])
        try set(99, at: ["text_config", "hidden_size"])
        #expect(try refusal() == nil)
    }
}
