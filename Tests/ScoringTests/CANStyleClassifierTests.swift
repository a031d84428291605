import GAN
import Images
import Scoring
import TestSupport
import Tensors
import Testing

@Suite struct CANStyleClassifierTests {
    private let classifier: CANStyleClassifier

    init() throws {
        classifier = CANStyleClassifier(
            try [64, 128, 256].map { try CANModel(folder: Repository.golden("gan/\($0)"), on: .forTests) })
    }

    private func picture(_ width: Int, _ height: Int) -> Image {
        Image(
            width: width, height: height,
            pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
    }

    @Test(
        "asks the network of the nearest size",
        arguments: [
            (20, 20, "64"), (64, 64, "64"), (90, 300, "64"), (100, 100, "128"), (181, 182, "128"), (182, 190, "256"),
            (900, 1000, "256"),
        ])
    func choosesByShorterSide(width: Int, height: Int, network: String) {
        #expect(classifier.verdicts(on: [picture(width, height)])[0].network == network)
    }

    @Test func saysWhatTheDiscriminatorSays() throws {
        let image = picture(64, 64)
        let model = classifier.networks[0]
        let pixels = Tensor(image.pixels.map { Float($0) / 127.5 - 1 }, shape: [1, 64, 64, 3], on: .forTests)
        let (real, styles) = model.discriminator(pixels)
        let verdict = classifier.verdicts(on: [image])[0]
        #expect(verdict.posterior == Posterior(logits: styles.scalars.map(Double.init)))
        let odds = verdict.realProbability / (1 - verdict.realProbability)
        #expect(abs(odds - Double(exponential(real.scalars[0]))) <= 1e-5 * odds)
        let mild = classifier.verdicts(on: [image], temperature: 100)[0]
        #expect(mild.posterior.ambiguity > verdict.posterior.ambiguity)
        #expect(mild.realProbability == verdict.realProbability)
    }

    @Test func scoresAnImageAloneAsAmongOthers() {
        let images = [picture(64, 64), picture(200, 128), picture(70, 80)]
        #expect(classifier.verdicts(on: images) == images.flatMap { classifier.verdicts(on: [$0]) })
    }

    @Test func seesTheMiddleOfAnOblongImage() throws {
        let model = classifier.networks[0]
        let image = picture(128, 64)
        let middle = image.cropped(x: 32, y: 0, width: 64, height: 64)
        #expect(model.pixels(of: image).scalars == model.pixels(of: middle).scalars)
    }

    /// eˣ by its series, in double precision.
    private func exponential(_ x: Float) -> Double {
        var (sum, term) = (1.0, 1.0)
        for n in 1..<60 {
            term *= Double(x) / Double(n)
            sum += term
        }
        return sum
    }
}
