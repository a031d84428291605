import Foundation
import Images
import JSON
import Layers
import Perception
import TestSupport
import Tensors
import Testing

/// The acceptance of narrow networks, relative to the largest reference value.
let tolerance: Float = 1e-5

extension Golden {
    /// The 8-bit images `image.0`, `image.1`, ….
    func images() throws -> [Image] {
        try names.filter { $0.wholeMatch(of: /image\.[0-9]+/) != nil }.map { name in
            let shape = try shape(name)
            return Image(width: shape[1], height: shape[0], pixels: try bytes(name))
        }
    }
}

@Suite struct DINOModelTests {
    static let names = ["small", "odd"]

    @Test("sees in an image what transformers' ViTModel sees", arguments: names)
    func agreesWithTransformers(name: String) throws {
        let golden = try Golden("perception/dino/\(name)/cases.safetensors")
        let model = try DINOModel(folder: Repository.golden("perception/dino/\(name)"), on: .forTests)
        #expect(model.name == name)
        let features = model.features(of: try golden.images())
        #expect(features.count == 3)
        expectClose(features.flatMap(\.style), try golden.floats("style"), relative: tolerance, "\(name) style")
        expectClose(features.flatMap(\.content), try golden.floats("content"), relative: tolerance, "\(name) content")
        expectClose(features.flatMap(\.whole), try golden.floats("whole"), relative: tolerance, "\(name) whole")
    }

    @Test("compares images as torch's cosine_similarity does", arguments: names)
    func comparesAsTorch(name: String) throws {
        let golden = try Golden("perception/dino/\(name)/cases.safetensors")
        let model = try DINOModel(folder: Repository.golden("perception/dino/\(name)"), on: .forTests)
        let features = model.features(of: try golden.images())
        let similarities = features.dropFirst().map { features[0].similarity(to: $0) }
        func expect(_ part: KeyPath<DINOSimilarity, Double>, _ name: String) throws {
            expectClose(similarities.map { Float($0[keyPath: part]) }, try golden.floats(name), absolute: 1e-6, name)
        }
        try expect(\.style, "similarity.style")
        try expect(\.content, "similarity.content")
        try expect(\.whole, "similarity.whole")
        let same = features[0].similarity(to: features[0])
        expectClose([same.style, same.content, same.whole].map(Float.init), [1, 1, 1], absolute: 1e-6)
    }

    @Test("prepares images as transformers' ViTImageProcessor does", arguments: names)
    func preparesAsTransformers(name: String) throws {
        let golden = try Golden("perception/dino/\(name)/cases.safetensors")
        let pixels = try golden.tensor("pixels")
        let fields = try ConfigurationFile(Repository.golden("perception/dino/\(name)/preprocessor_config.json")).root
        let processor = try ViTImageProcessor(fields, side: pixels.shape[1])
        expectClose(processor(try golden.images(), on: .forTests), pixels, absolute: 1e-6, name)
    }

    @Test func seesAnImageTheSameAloneAndOnAnyNumberOfThreads() throws {
        let folder = Repository.golden("perception/dino/small")
        let images = try Golden("perception/dino/small/cases.safetensors").images()
        let model = try DINOModel(folder: folder, on: .forTests)
        let together = model.features(of: images)
        #expect(images.flatMap { model.features(of: [$0]) } == together)
        #expect(try DINOModel(folder: folder, on: Device(threads: 1)).features(of: images) == together)
        #expect(model.features(of: []) == [])
    }

    @Test func holdsImagesOfWhichItSeesNothingForUnlike() throws {
        let folder = try FolderCase("dino/odd")
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/model.safetensors")))
        let headerEnd = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
        for index in headerEnd..<bytes.count { bytes[index] = 0 }
        try folder.write(bytes, to: "model.safetensors")
        let features = try DINOModel(folder: folder.path, on: .forTests)
            .features(of: [Image(width: 1, height: 1, pixels: [9, 9, 9])])
        let similarity = features[0].similarity(to: features[0])
        #expect([similarity.style, similarity.content, similarity.whole] == [0, 0, 0])
    }

    @Test func keepsNumbersThatAreNotFinite() throws {
        let folder = try FolderCase("dino/odd")
        try folder.write(#"{"image_mean": 0, "rescale_factor": 1e300}"#, to: "preprocessor_config.json")
        let model = try DINOModel(folder: folder.path, on: .forTests)
        let features = model.features(of: [Image(width: 1, height: 1, pixels: [9, 9, 9])])
        #expect(!features[0].style[0].isFinite)
        #expect(features[0].similarity(to: features[0]).style.isNaN)
    }
}
