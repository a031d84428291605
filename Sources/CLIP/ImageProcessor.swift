package import Images
package import JSON
package import Tensors

/// What transformers' `CLIPImageProcessor` does to an image before the encoder sees it, number for number.
///
/// Of its two paths this is the one through Pillow, on 8-bit pixels (`CLIPImageProcessorPil`): resize, crop, rescale,
/// normalise.
package struct ImageProcessor: Sendable {
    private let resize: Resize?
    private let crop: Size?
    private let table: PixelTable

    private struct Size: Equatable {
        let width: Int
        let height: Int
    }

    private enum Resize {
        case shortestEdge(Int)
        case exactly(Size)
    }

    private static let sideRange = 1...4096

    /// Reads `preprocessor_config.json`; what is absent has the value of transformers' `CLIPImageProcessor`.
    package init(_ fields: JSONCursor) throws(JSONFieldError) {
        _ = try (fields.field("image_processor_type") ?? fields.field("feature_extractor_type"))?.choice(of: [
            "CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPImageProcessorPil", "CLIPFeatureExtractor",
        ])
        _ = try fields.field("resample")?.integer(in: 3...3)  // PIL.Image.BICUBIC
        func flag(_ name: String) throws(JSONFieldError) -> Bool { try fields.field(name)?.bool() ?? true }
        resize = try flag("do_resize") ? Self.resize(fields) : nil
        crop = try flag("do_center_crop") ? Self.crop(fields) : nil
        table = try PixelTable(fields, mean: PixelTable.clipMean, deviation: PixelTable.clipDeviation)
    }

    /// Whether every image becomes a square of this side.
    package func makesSquares(of side: Int) -> Bool {
        let square = Size(width: side, height: side)
        if let crop { return crop == square }
        if case .exactly(square)? = resize { return true }
        return false
    }

    /// Images that become of one size, as the encoder takes them.
    ///
    ///     images N → [N, H, W, 3]
    package func callAsFunction(_ images: [Image], on device: Device) -> Tensor {
        table(device.map(images.count) { fitted(images[$0]) }, on: device)
    }

    /// The middle of the resized image, with black around it where it is too small.
    private func fitted(_ image: Image) -> Image {
        let size = size(of: image)
        let crop = crop ?? size
        // Halves are rounded down below zero too, as Python's // does: an arithmetic shift.
        let (x, y) = ((size.width - crop.width) >> 1, (size.height - crop.height) >> 1)
        // Only what is kept is resized: a strip of 4096 x 1 pixels becomes very long.
        let columns = max(0, x)..<min(size.width, x + crop.width)
        let rows = max(0, y)..<min(size.height, y + crop.height)
        return image.resized(width: size.width, height: size.height, columns: columns, rows: rows)
            .centerCropped(width: crop.width, height: crop.height)
    }

    /// The size to which an image is resized: `get_resize_output_image_size` of transformers/image_transforms.py.
    private func size(of image: Image) -> Size {
        switch resize {
        case nil: return Size(width: image.width, height: image.height)
        case .exactly(let size)?: return size
        case .shortestEdge(let side)?:
            // The longer side is rounded down.
            return image.width <= image.height
                ? Size(width: side, height: side * image.height / image.width)
                : Size(width: side * image.width / image.height, height: side)
        }
    }
}

extension ImageProcessor {
    private static func resize(_ fields: JSONCursor) throws(JSONFieldError) -> Resize {
        guard let field = fields.field("size") else { return .shortestEdge(224) }
        switch field.value {
        case .object where field.field("shortest_edge") != nil:
            try field.refuseUnknownFields(["shortest_edge"])
            return .shortestEdge(try field.required("shortest_edge").integer(in: sideRange))
        case .object, .array: return .exactly(try size(field))
        default: return .shortestEdge(try field.integer(in: sideRange))
        }
    }

    private static func crop(_ fields: JSONCursor) throws(JSONFieldError) -> Size {
        guard let field = fields.field("crop_size") else { return Size(width: 224, height: 224) }
        switch field.value {
        case .object, .array: return try size(field)
        default:
            let side = try field.integer(in: sideRange)
            return Size(width: side, height: side)
        }
    }

    /// `{"height", "width"}` or `[height, width]`.
    private static func size(_ field: JSONCursor) throws(JSONFieldError) -> Size {
        if case .array = field.value {
            let sides = try field.array(maximumCount: 2)
            guard sides.count == 2 else {
                throw .outOfRange(pointer: field.pointer, expected: "of length 2", actual: "\(sides.count)")
            }
            return Size(width: try sides[1].integer(in: sideRange), height: try sides[0].integer(in: sideRange))
        }
        try field.refuseUnknownFields(["height", "width"])
        return Size(
            width: try field.required("width").integer(in: sideRange),
            height: try field.required("height").integer(in: sideRange))
    }
}
