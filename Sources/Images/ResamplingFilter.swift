import Glibc

/// How far a sample reaches when a picture is resized (Pillow, src/libImaging/Resample.c).
package enum ResamplingFilter: Sendable, Equatable {
    /// Keys' cubic with a = -0.5: `Image.BICUBIC`, 3 in configurations.
    case bicubic
    /// The triangle: `Image.BILINEAR`, 2 in configurations.
    case bilinear
    /// The windowed sinc of three lobes: `Image.LANCZOS`, 1 in configurations.
    case lanczos

    /// Half the filter's width, in samples.
    var support: Double {
        switch self {
        case .bicubic: 2
        case .bilinear: 1
        case .lanczos: 3
        }
    }

    /// The weight at a distance, in Pillow's order of operations (`bicubic_filter` and its neighbours).
    func callAsFunction(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        case .bilinear: return x < 1 ? 1 - x : 0
        case .lanczos: return x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
        }
    }

    /// `sinc_filter`.
    private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * Double.pi) / (x * Double.pi) }
}
