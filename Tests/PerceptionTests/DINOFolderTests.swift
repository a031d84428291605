import JSON
import Layers
import Perception
import TestSupport
import Testing

@Suite struct DINOFolderTests {
    private let folder: FolderCase

    init() throws { folder = try FolderCase("dino/small") }

    private func refusal() -> ModelError? {
        folder.refusal { path throws(ModelError) in _ = try DINOModel(folder: path, on: .forTests) }
    }

    @Test func acceptsTheFolderAsItIs() { #expect(refusal() == nil) }

    @Test(
        "refuses a configuration",
        arguments: [
            ("model_type", "clip"), ("model_type", nil), ("hidden_size", 0), ("hidden_size", 1_000_000_000),
            ("num_hidden_layers", 0), ("num_attention_heads", 5), ("num_channels", 1), ("image_size", [34, 34]),
            ("patch_size", 35), ("hidden_act", "laplace"), ("layer_norm_eps", -1),
        ] as [(String, JSONValue?)])
    func refusesAConfiguration(name: String, value: JSONValue?) throws {
        try folder.set(value, at: [name])
        guard case .configuration(let error, let file)? = refusal() else {
            Issue.record("\(name): \(String(describing: refusal()))")
            return
        }
        #expect(file == folder.path + "/config.json")
        #expect(error.pointer == "/\(name)")
    }

    @Test func refusesKeysWithoutBias() throws {
        try folder.set(false, at: ["qkv_bias"])
        #expect(refusal() == .unsupported(file: folder.path + "/config.json", pointer: "/qkv_bias", value: "false"))
    }

    @Test(
        "refuses preprocessing",
        arguments: [
            ("size", 33, "/size"), ("size", ["height": 34, "width": 35], "/size/width"),
            ("size", ["shortest_edge": 34], "/size/shortest_edge"), ("resample", 1, "/resample"),
            ("do_resize", false, "/do_resize"), ("image_std", 0, "/image_std"), ("image_mean", [1, 2], "/image_mean"),
            ("feature_extractor_type", "CLIPFeatureExtractor", "/feature_extractor_type"),
        ] as [(String, JSONValue, String)])
    func refusesPreprocessing(name: String, value: JSONValue, pointer: String) throws {
        try folder.set(value, at: [name], in: "preprocessor_config.json")
        guard case .configuration(let error, let file)? = refusal() else {
            Issue.record("\(name): \(String(describing: refusal()))")
            return
        }
        #expect(file == folder.path + "/preprocessor_config.json")
        #expect(error.pointer == pointer)
    }

    @Test func namesTheTensorThatDoesNotFit() throws {
        try folder.set(57, at: ["intermediate_size"])
        let name = "encoder.layer.0.intermediate.dense.weight"
        #expect(
            refusal() == .weights(.wrongShape(name: name, expected: [57, 24], actual: [56, 24]), file: folder.path))
    }

    @Test func namesATensorThatIsMissingOrTooMany() throws {
        try folder.set(4, at: ["num_hidden_layers"])
        #expect(
            refusal() == .weights(.missing(name: "encoder.layer.3.layernorm_before.weight"), file: folder.path))
        try folder.set(2, at: ["num_hidden_layers"])
        #expect(
            refusal()
                == .weights(.unexpected(name: "encoder.layer.2.attention.attention.key.bias"), file: folder.path))
    }
}
