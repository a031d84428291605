import Diffusion
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct TimeShiftTests {
    /// Whole timesteps, one of them twice, and some between.
    private static let timesteps: [Float] = [999, 950, 950, 901.7, 500.25, 27.125, 1, 0]

    /// The instruction sets and precisions that products of one row and of several could differ by.
    private static let devices: [(KernelLevel, Precision)] =
        KernelLevel.supported.map { ($0, .fp32) }
        + KernelLevel.supported.filter { $0 == .portable || $0 == .avx512bf16 }.flatMap { [($0, .bf16), ($0, .int8)] }

    @Test(
        "gives a moment the bits that it has alone", arguments: ["emoji", "sd2", "lcm", "options"],
        TimeShiftTests.devices)
    private func doesNotDependOnTheOtherMoments(
        family: String, kernels: (level: KernelLevel, precision: Precision)
    ) throws {
        let device = Device(threads: 2, level: kernels.level, precision: kernels.precision)
        let unet = try UNet(folder: modelFolder("\(family)/unet"), on: device)
        let configuration = unet.configuration
        let context = Tensor(
            noise(5 * configuration.contextWidth), shape: [1, 5, configuration.contextWidth], on: device)
        let latents = Tensor(
            noise(8 * 8 * configuration.inputChannels), shape: [1, 8, 8, configuration.inputChannels], on: device)
        let conditioning = unet.conditioning(on: context)
        let scales = Self.timesteps.indices.map { Float($0) + 1.5 }
        let moments = zip(Self.timesteps, scales).map { Moment(timestep: $0, guidanceScale: $1) }
        let together = unet.timeShifts(at: moments, on: device)
        for (index, moment) in moments.enumerated() {
            let ahead = unet(latents, time: together.moment(index), conditioning: conditioning)
            let alone = unet(
                latents, timestep: moment.timestep, conditioning: conditioning, guidanceScale: moment.guidanceScale)
            #expect(ahead.scalars == alone.scalars, "\(moment)")
        }
    }

    /// Of the golden model's residual blocks: five at each level, and two more at the coarsest.
    private static let channels = 5 * (16 + 24 + 24 + 32) + 2 * 32

    @Test func areMadeOnceForAllStepsOfARequest() throws {
        let device = Device(threads: 1)
        let folder = try Tiny.folder("sd15")
        let pipeline = try Pipeline(folder: folder.path, on: device)
        func heldBytes(steps: Int) throws -> Int {
            var request = Tiny.request
            request.steps = steps
            let before = device.arenaStatistics.liveBytes
            let plan = try pipeline.plan(request)
            return withExtendedLifetime(plan) { device.arenaStatistics.liveBytes - before }
        }
        let perStep = MemoryLayout<Float>.size * Self.channels
        #expect(try heldBytes(steps: 48) - heldBytes(steps: 16) == 32 * perStep)
    }
}
