import JSON
import Layers
import Perception
import TestSupport
import Testing

@Suite struct ImageRewardFolderTests {
    private let folder: FolderCase

    init() throws { folder = try FolderCase("image_reward") }

    private func refusal() -> ModelError? {
        folder.refusal { path throws(ModelError) in _ = try ImageRewardModel(folder: path, on: .forTests) }
    }

    @Test func acceptsTheFolderAsItIs() { #expect(refusal() == nil) }

    @Test(
        "refuses a configuration",
        arguments: [
            (["model_type"], "vit"), (["model_type"], nil), (["vision"], nil), (["text"], []), (["std"], 0),
            (["mean"], "0"), (["head_features"], [0]), (["head_features"], 1024),
            (["vision", "num_attention_heads"], 3), (["vision", "image_size"], 5000),
            (["text", "max_position_embeddings"], 34), (["text", "vocab_size"], 0),
            (["text", "num_hidden_layers"], 1000), (["text", "hidden_act"], "laplace"),
        ] as [([String], JSONValue?)])
    func refusesAConfiguration(names: [String], value: JSONValue?) throws {
        try folder.set(value, at: names)
        guard case .configuration(let error, let file)? = refusal() else {
            Issue.record("\(names): \(String(describing: refusal()))")
            return
        }
        #expect(file == folder.path + "/config.json")
        #expect(error.pointer.hasPrefix("/" + names.joined(separator: "/")))
    }

    @Test(
        "names the tensor and both shapes when the configuration has another",
        arguments: [
            (
                ["vision", "intermediate_size"], 81, "vision.encoder.layer.0.intermediate.dense.weight", [81, 20],
                [80, 20]
            ),
            (["text", "vocab_size"], 121, "text.embeddings.word_embeddings.weight", [121, 24], [120, 24]),
            (["head_features"], [33, 12, 8, 4], "head.0.weight", [33, 24], [32, 24]),
        ] as [([String], JSONValue, String, [Int], [Int])])
    func namesTheTensor(names: [String], value: JSONValue, name: String, expected: [Int], actual: [Int]) throws {
        try folder.set(value, at: names)
        #expect(
            refusal() == .weights(.wrongShape(name: name, expected: expected, actual: actual), file: folder.path))
    }

    @Test func namesATensorThatIsMissingOrTooMany() throws {
        try folder.set(4, at: ["text", "num_hidden_layers"])
        #expect(
            refusal()
                == .weights(.missing(name: "text.encoder.layer.3.attention.self.query.weight"), file: folder.path))
        try folder.set(2, at: ["text", "num_hidden_layers"])
        #expect(
            refusal()
                == .weights(
                    .unexpected(name: "text.encoder.layer.2.attention.output.LayerNorm.bias"), file: folder.path))
    }

    @Test func refusesAVocabularyThatTheEncoderCannotTake() throws {
        let file = folder.path + "/vocab.txt"
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n" + (0..<114).map { "\($0)\n" }.joined(), to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "ids up to 120 for an encoder of 120 tokens"))
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n", to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "there is no token '[MASK]'"))
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\na", to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "line 7 is there twice or too long"))
        try folder.write("[CLS]\n" + String(repeating: "a", count: 257), to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "line 2 is there twice or too long"))
        try folder.write([UInt8](repeating: 10, count: 200_000), to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "200000 tokens; at most 199998 are accepted"))
        try folder.write([UInt8](repeating: 97, count: 16 << 20 | 1), to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "16777217 bytes; at most 16777216 are accepted"))
        try folder.write(Array("[PAD]\n".utf8) + [0xFF], to: "vocab.txt")
        #expect(refusal() == .malformed(file: file, reason: "it is not UTF-8"))
    }
}
