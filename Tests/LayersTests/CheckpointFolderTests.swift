import Layers
import Tensors
import TestSupport
import Testing

@Suite struct CheckpointFolderTests {
    private let folder: TemporaryFolder
    private let one = SafetensorsFixture.file([.init("a.weight", shape: [2], [1, 2])])
    private let two = SafetensorsFixture.file([.init("b.0.weight", shape: [1], [3])])

    init() throws { folder = try TemporaryFolder() }

    private func index(_ map: String) throws {
        try folder.write(
            #"{"metadata":{"total_size":12},"weight_map":{\#(map)}}"#, to: "model.safetensors.index.json")
    }

    private func open() throws -> Weights { try Weights(contentsOf: folder.path, on: .forTests) }

    @Test(
        "finds the file",
        arguments: [
            "model.safetensors", "diffusion_pytorch_model.safetensors", "model.fp16.safetensors",
            "diffusion_pytorch_model.fp16.safetensors",
        ])
    func findsTheFile(name: String) throws {
        try folder.write(one, to: name)
        #expect(try open()["a"].tensor("weight", shape: [2]).scalars == [1, 2])
    }

    @Test(
        "reads shards",
        arguments: [
            "model.safetensors.index.json", "diffusion_pytorch_model.safetensors.index.json",
            "diffusion_pytorch_model.safetensors.index.fp16.json",
        ])
    func readsShards(indexName: String) throws {
        try folder.write(one, to: "model-00001-of-00002.safetensors")
        try folder.write(two, to: "model-00002-of-00002.safetensors")
        try folder.write(
            """
            {"metadata": {}, "weight_map": {
                "b.0.weight": "model-00002-of-00002.safetensors", "a.weight": "model-00001-of-00002.safetensors"}}
            """, to: indexName)
        let weights = try open()
        #expect(try weights["a"].tensor("weight", shape: [2]).scalars == [1, 2])
        #expect(throws: WeightsError.unexpected(name: "b.0.weight")) { try weights.requireAllRead() }
        #expect(try weights["b"][0].tensor("weight", shape: [1]).scalars == [3])
        try weights.requireAllRead()
    }

    @Test func refusesAnIndexWithoutItsShard() throws {
        try index(#""a.weight":"one.safetensors""#)
        #expect {
            try open()
        } throws: { error in
            guard case .unreadable(let path, let reason)? = error as? WeightsError else { return false }
            return path == folder.path + "/one.safetensors" && reason == "No such file or directory"
        }
    }

    @Test func refusesAnIndexThatNamesATensorItsShardLacks() throws {
        try folder.write(one, to: "one.safetensors")
        try index(#""a.weight":"one.safetensors","a.bias":"one.safetensors""#)
        #expect(throws: WeightsError.missing(name: "a.bias")) { try open() }
    }

    @Test func refusesAShardWithATensorTheIndexLacks() throws {
        try folder.write(
            SafetensorsFixture.file([.init("a.weight", shape: [1], [1]), .init("x", shape: [1], [1])]),
            to: "one.safetensors")
        try index(#""a.weight":"one.safetensors""#)
        #expect(throws: WeightsError.self) { try open() }
    }

    @Test func refusesATensorInTwoShards() throws {
        try folder.write(one, to: "one.safetensors")
        try folder.write(one, to: "two.safetensors")
        try folder.write(two, to: "three.safetensors")
        try index(#""a.weight":"one.safetensors","b.0.weight":"two.safetensors""#)
        #expect(throws: WeightsError.self) { try open() }
    }

    @Test(
        "refuses an index that leaves its folder",
        arguments: [
            "../one.safetensors", "/one.safetensors", "sub/one.safetensors", "..", "", "one.bin", "..safetensors",
        ])
    func refusesAnIndexThatLeavesItsFolder(name: String) throws {
        try folder.write(one, to: "one.safetensors")
        try index(#""a.weight":"\#(name)""#)
        #expect {
            try open()
        } throws: { error in
            guard case .malformed(let path, let reason)? = error as? WeightsError else { return false }
            return path.hasSuffix("index.json") && reason.contains("/weight_map/a.weight")
        }
    }

    @Test("refuses an index that is", arguments: ["", "[]", "{}", #"{"weight_map":[]}"#, #"{"weight_map":{"a":1}}"#])
    func refusesAnIndex(text: String) throws {
        try folder.write(text, to: "model.safetensors.index.json")
        #expect(throws: WeightsError.self) { try open() }
    }

    @Test("says that weights are pickled", arguments: ["pytorch_model.bin", "diffusion_pytorch_model.fp16.bin"])
    func saysThatWeightsArePickled(name: String) throws {
        try folder.write([0x80, 2], to: name)
        let reason = "\(name) is pickled, which is never read; save it as safetensors"
        #expect(throws: WeightsError.unreadable(path: folder.path, reason: reason)) { try open() }
    }

    @Test func saysWhatAnEmptyFolderLacks() throws {
        #expect {
            try open()
        } throws: { error in
            guard case .unreadable(_, let reason)? = error as? WeightsError else { return false }
            return reason.contains("model.safetensors")
        }
    }

    @Test func refusesAFolderNamedAsAFile() throws {
        try folder.write([1], to: "model.safetensors/inside")
        #expect(
            throws: WeightsError.unreadable(
                path: folder.path + "/model.safetensors", reason: "Not a regular file")
        ) { try open() }
    }
}
