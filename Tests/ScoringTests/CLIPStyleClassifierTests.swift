import CLIP
import Images
import Scoring
import TestSupport
import Testing

@Suite struct CLIPStyleClassifierTests {
    private let golden: Golden
    private let classifier: CLIPStyleClassifier
    private let images: [Image]

    init() throws {
        let golden = try Golden("scoring.safetensors")
        self.golden = golden
        let model = try CLIPModel(folder: Repository.weights("clip/emoji"), on: .forTests)
        classifier = CLIPStyleClassifier(model: model, labels: try golden.texts("labels"))
        images = try (0..<4).map { index in
            let shape = try golden.shape("image.\(index)")
            return Image(width: shape[1], height: shape[0], pixels: try golden.bytes("image.\(index)"))
        }
    }

    @Test("agrees with transformers", arguments: [("own", nil), ("0.05", 0.05), ("0.5", 0.5)] as [(String, Double?)])
    func agreesWithTransformers(name: String, temperature: Double?) throws {
        let posteriors = classifier.posteriors(of: images, temperature: temperature)
        let probabilities = posteriors.flatMap { $0.probabilities.map(Float.init) }
        let expected = try golden.doubles("\(name).posterior").map(Float.init)
        expectClose(probabilities, expected, relative: 1e-5, "posterior")
        let rewards = try golden.doubles("\(name).reward").map(Float.init)
        expectClose(posteriors.map { Float($0.reward) }, rewards, relative: 1e-5, "reward")
    }

    @Test func takesInverseDistancesAsLogits() throws {
        let model = try CLIPModel(folder: Repository.weights("clip/emoji"), on: .forTests)
        let probabilities = model.embed(images: images).rows.flatMap { embedding in
            classifier.posterior(ofEmbedding: embedding, form: .inverseDistance).probabilities.map(Float.init)
        }
        let expected = try golden.doubles("inverse_distance.posterior").map(Float.init)
        expectClose(probabilities, expected, relative: 1e-5)
    }

    @Test func scoresAnImageAloneAsAmongOthers() {
        let alone = images.map { classifier.posteriors(of: [$0])[0] }
        #expect(alone.map(\.reward) == classifier.posteriors(of: images).map(\.reward))
    }
}
