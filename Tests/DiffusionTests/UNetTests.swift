import Diffusion
import TestSupport
import Tensors
import Testing

@Suite struct UNetTests {
    static let families = ["sd15", "sd2", "sd21v", "turbo", "bksdm", "lcm", "options", "emoji"]
    static let sizes = [MapSize(8, 8), MapSize(16, 12), MapSize(9, 17)]

    /// A golden U-Net, its prompts and the inputs of one case.
    private struct Scene {
        let unet: UNet
        let conditioning: Conditioning
        let latents: Tensor
        let timestep: Float
        let expected: Tensor

        init(_ family: String, _ size: MapSize, threads: Int = 2, precision: Precision = .fp32) throws {
            let device = Device(threads: threads, precision: precision)
            unet = try UNet(folder: modelFolder("\(family)/unet"), on: device)
            let cases = try ModelCases("\(family)/unet-cases.safetensors", on: device)
            let name = size.testDescription
            conditioning = unet.conditioning(on: try cases.tensor("context", 2, 32, unet.configuration.contextWidth))
            latents = try cases.tensor(
                "\(name).latents", 2, size.height, size.width, unet.configuration.inputChannels)
            timestep = try cases.number("\(name).timestep")
            expected = try cases.tensor("\(name).output", 2, size.height, size.width, 4)
        }

        func prediction(for latents: Tensor? = nil, conditioning: Conditioning? = nil) -> Tensor {
            // The golden files of distilled models are made at guidance scale 7.5.
            unet(
                latents ?? self.latents, timestep: timestep, conditioning: conditioning ?? self.conditioning,
                guidanceScale: 7.5)
        }
    }

    @Test("agrees with diffusers", arguments: families, sizes)
    func matchesGolden(family: String, size: MapSize) throws {
        let scene = try Scene(family, size)
        expectClose(scene.prediction(), scene.expected, relative: 1e-5, "\(family) \(size.testDescription)")
    }

    @Test("agrees with diffusers as far as bfloat16 can", arguments: families, sizes)
    func matchesGoldenRoughly(family: String, size: MapSize) throws {
        let scene = try Scene(family, size, precision: .bf16)
        expectClose(scene.prediction(), scene.expected, relative: 0.04, "\(family) \(size.testDescription)")
    }

    @Test("agrees with diffusers as far as 8-bit integers can", arguments: ["emoji", "sd2"], sizes)
    func matchesGoldenMoreRoughly(family: String, size: MapSize) throws {
        let scene = try Scene(family, size, precision: .int8)
        expectClose(scene.prediction(), scene.expected, relative: 0.05, "\(family) \(size.testDescription)")
    }

    @Test func multipliesIntegersWhereItIsToldTo() throws {
        let predictions = try [Precision.bf16, .int8].map { precision in
            try [1, 2].map { threads in
                try Scene("emoji", MapSize(9, 17), threads: threads, precision: precision).prediction().scalars
            }
        }
        #expect(predictions[1][0] == predictions[1][1])
        #expect(predictions[0][0] != predictions[1][0])
    }

    @Test("does not depend on the thread count", arguments: Precision.allCases)
    func doesNotDependOnTheThreadCount(precision: Precision) throws {
        let reference = try Scene("sd15", MapSize(9, 17), threads: 1, precision: precision).prediction().scalars
        for threads in [2, 3] {
            let scene = try Scene("sd15", MapSize(9, 17), threads: threads, precision: precision)
            #expect(scene.prediction().scalars == reference)
        }
    }

    @Test func doesNotDependOnTheNeighbours() throws {
        let scene = try Scene("sd2", MapSize(9, 17))
        let both = scene.prediction()
        let context = try ModelCases("sd2/unet-cases.safetensors", on: scene.latents.device).tensor(
            "context", 2, 32, 24)
        for image in 0..<2 {
            let alone = scene.prediction(
                for: scene.latents[image..<image + 1],
                conditioning: scene.unet.conditioning(on: context[image..<image + 1]))
            #expect(alone.scalars == both[image..<image + 1].scalars)
        }
    }

    @Test func sharesAPromptAmongNeighbouringImages() throws {
        let scene = try Scene("turbo", MapSize(8, 8))
        let (first, second) = (scene.latents[0..<1], scene.latents[1..<2])
        let four = scene.prediction(for: .stacked([first, second, first, second]))
        let mixed = scene.prediction(for: .stacked([second, first]))
        #expect(four[0..<1].scalars == scene.prediction()[0..<1].scalars)
        #expect(four[1..<2].scalars == mixed[0..<1].scalars)
        #expect(four[2..<3].scalars == mixed[1..<2].scalars)
    }

    @Test("answers about the same latents with several prompts at once", arguments: families, Precision.allCases)
    func seesLatentsWithSeveralPrompts(family: String, precision: Precision) throws {
        let scene = try Scene(family, MapSize(9, 17), precision: precision)
        let (first, second) = (scene.latents[0..<1], scene.latents[1..<2])
        let answers = scene.prediction(for: second)
        #expect(answers.shape[0] == 2)
        #expect(answers.scalars == scene.prediction(for: .stacked([second, second])).scalars)
        let context = Tensor(
            noise(4 * 5 * scene.unet.configuration.contextWidth), shape: [4, 5, scene.unet.configuration.contextWidth],
            on: scene.latents.device)
        let four = scene.unet.conditioning(on: context)
        #expect(
            scene.prediction(conditioning: four).scalars
                == scene.prediction(for: .stacked([first, first, second, second]), conditioning: four).scalars)
    }

    @Test func allocatesNothingInTheSecondStep() throws {
        let scene = try Scene("sd15", MapSize(16, 12), threads: 1)
        let device = scene.latents.device
        _ = scene.prediction()
        let before = device.arenaStatistics
        _ = scene.prediction()
        let after = device.arenaStatistics
        #expect(after.allocationCount == before.allocationCount)
        #expect(after.liveBytes == before.liveBytes)
    }

    @Test func embedsTheGuidanceScaleOfDistilledModels() throws {
        let scene = try Scene("lcm", MapSize(8, 8))
        let without = scene.unet(scene.latents, timestep: scene.timestep, conditioning: scene.conditioning)
        #expect(without.scalars != scene.prediction().scalars)
    }
}
