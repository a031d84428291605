import CLIP
package import Images
package import JSON
package import Tensors

/// What transformers' `ViTImageProcessor` does to an image: resize to a square, aspect ignored, rescale, normalise.
///
/// Of its two paths this is the one through Pillow, on 8-bit pixels (`ViTImageProcessorPil`).
package struct ViTImageProcessor: Sendable {
    private let side: Int
    private let filter: ResamplingFilter
    private let table: PixelTable

    // IMAGENET_STANDARD_MEAN and IMAGENET_STANDARD_STD of transformers/utils/constants.py.
    private static let defaultMean = [0.5, 0.5, 0.5]
    private static let defaultDeviation = [0.5, 0.5, 0.5]

    /// Reads `preprocessor_config.json`, whose images must become squares of `side`, as the encoder takes them.
    ///
    /// What is absent has the value of `ViTImageProcessor`, but for the size, which is then `side`.
    package init(_ fields: JSONCursor, side: Int) throws(JSONFieldError) {
        _ = try (fields.field("image_processor_type") ?? fields.field("feature_extractor_type"))?.choice(of: [
            "ViTImageProcessor", "ViTImageProcessorFast", "ViTImageProcessorPil", "ViTFeatureExtractor",
        ])
        if let field = fields.field("do_resize"), try !field.bool() {
            throw .outOfRange(pointer: field.pointer, expected: "true", actual: "false")
        }
        if let size = fields.field("size") {
            if case .object = size.value {
                try size.refuseUnknownFields(["height", "width"])
                _ = try size.required("height").integer(in: side...side)
                _ = try size.required("width").integer(in: side...side)
            } else {
                _ = try size.integer(in: side...side)
            }
        }
        // PIL.Image.BILINEAR is 2, BICUBIC 3.
        filter = try fields.field("resample")?.integer(in: 2...3) == 3 ? .bicubic : .bilinear
        table = try PixelTable(fields, mean: Self.defaultMean, deviation: Self.defaultDeviation)
        self.side = side
    }

    /// Images of any size as the encoder takes them.
    ///
    ///     images N → [N, S, S, 3]
    package func callAsFunction(_ images: [Image], on device: Device) -> Tensor {
        table(device.map(images.count) { images[$0].resized(width: side, height: side, by: filter) }, on: device)
    }
}
