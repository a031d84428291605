package import Images
package import JSON
package import Tensors

/// What each of the 256 values of each channel becomes before an encoder sees it.
package struct PixelTable: Sendable {
    private let values: [[Float]]  // [3][256]

    /// The channels' means of OpenAI's CLIP, in 0...1: `OPENAI_CLIP_MEAN` of transformers/utils/constants.py.
    package static let clipMean = [0.48145466, 0.4578275, 0.40821073]
    /// The channels' standard deviations of OpenAI's CLIP: `OPENAI_CLIP_STD` of transformers/utils/constants.py.
    package static let clipDeviation = [0.26862954, 0.26130258, 0.27577711]

    /// Bytes as 0...1, less the mean of their channel, divided by its deviation.
    package init(mean: [Double], deviation: [Double]) {
        values = Self.values(factor: 1 / 255, mean: mean, deviation: deviation)
    }

    /// Reads the rescaling and normalising of a `preprocessor_config.json`; the mean and deviation may be absent there.
    package init(_ fields: JSONCursor, mean: [Double], deviation: [Double]) throws(JSONFieldError) {
        func flag(_ name: String) throws(JSONFieldError) -> Bool { try fields.field(name)?.bool() ?? true }
        let factor = try flag("do_rescale") ? fields.field("rescale_factor")?.number() ?? 1 / 255 : nil
        guard try flag("do_normalize") else {
            values = Array(repeating: Self.rescaled(by: factor), count: 3)
            return
        }
        values = Self.values(
            factor: factor, mean: try Self.channels(fields, "image_mean", default: mean, in: -1e6...1e6),
            deviation: try Self.channels(fields, "image_std", default: deviation, in: 1e-6...1e6))
    }

    /// The scalars of images of one size.
    ///
    ///     images N → [N, H, W, 3]
    package func callAsFunction(_ images: [Image], on device: Device) -> Tensor {
        let (width, height) = (images.first?.width ?? 0, images.first?.height ?? 0)
        precondition(images.allSatisfy { $0.width == width && $0.height == height }, "images of several sizes")
        let rows = device.map(images.count) { numbers(of: images[$0]) }
        var scalars: [Float] = []
        scalars.reserveCapacity(rows.count * height * width * 3)
        for row in rows { scalars += row }
        return Tensor(scalars, shape: [images.count, height, width, 3], on: device)
    }

    private func numbers(of image: Image) -> [Float] {
        let (red, green, blue) = (values[0], values[1], values[2])
        let pixels = image.pixels
        var scalars = [Float](repeating: 0, count: pixels.count)
        for start in stride(from: 0, to: pixels.count, by: 3) {
            scalars[start] = red[Int(pixels[start])]
            scalars[start + 1] = green[Int(pixels[start + 1])]
            scalars[start + 2] = blue[Int(pixels[start + 2])]
        }
        return scalars
    }

    private static func values(factor: Double?, mean: [Double], deviation: [Double]) -> [[Float]] {
        zip(mean, deviation).map { mean, deviation in
            rescaled(by: factor).map { ($0 - Float(mean)) / Float(deviation) }
        }
    }

    /// `rescale` of transformers/image_transforms.py: a product of doubles, rounded to a float.
    private static func rescaled(by factor: Double?) -> [Float] {
        (0..<256).map { byte in factor.map { Float(Double(byte) * $0) } ?? Float(byte) }
    }

    /// One number for each channel, or one for all.
    private static func channels(
        _ fields: JSONCursor, _ name: String, default numbers: [Double], in range: ClosedRange<Double>
    ) throws(JSONFieldError) -> [Double] {
        guard let field = fields.field(name) else { return numbers }
        guard case .array = field.value else { return Array(repeating: try field.number(in: range), count: 3) }
        let elements = try field.array(maximumCount: 3)
        guard elements.count == 3 else {
            throw .outOfRange(pointer: field.pointer, expected: "of length 3", actual: "\(elements.count)")
        }
        return try elements.map { element throws(JSONFieldError) in try element.number(in: range) }
    }
}
