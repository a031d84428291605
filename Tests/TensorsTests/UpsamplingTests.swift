import TestSupport
import Tensors
import Testing

@Suite struct UpsamplingTests {
    @Test(
        "convolves enlarged maps where they lie as if they were held", arguments: ConvolutionAlgorithm.allCases,
        Arithmetic.all)
    func convolvesWhereTheyLie(algorithm: ConvolutionAlgorithm, arithmetic: Arithmetic) {
        let device = arithmetic.device(threads: 2)
        var draws = Draws(seed: 3)
        let x = draws.tensor([2, 9, 7, 13], on: device)
        let weights = ConvolutionWeights(draws.tensor([33, 13, 3, 3], on: device))
        for (height, width) in [(18, 14), (17, 13), (9, 20)] {
            let enlarged = Operand(upsampling: x, height: height, width: width)
            let products = [enlarged, Operand(enlarged.tensor)].map {
                convolve($0, weights, bias: nil, stride: 1, padding: .symmetric(1), by: algorithm)
            }
            #expect(products[0].shape == [2, height, width, 33])
            #expect(products[0].scalars == products[1].scalars)
        }
    }

    @Test(arguments: [Precision.fp32, .bf16])
    func holdsNoEnlargedMap(precision: Precision) {
        let device = Device(threads: 1, precision: precision)
        let x = Tensor(repeating: 1, shape: [1, 32, 32, 16], on: device)
        let before = device.arenaStatistics.peakLiveBytes
        let enlarged = Operand(upsampling: x, height: 128, width: 128)
        #expect(enlarged.shape == [1, 128, 128, 16])
        #expect(device.arenaStatistics.peakLiveBytes - before <= 2 * before)
    }
}
