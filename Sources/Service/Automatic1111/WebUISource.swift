import Diffusion
import Images
import JSON

/// What `img2img` begins from: a picture, a mask, and how they are fitted to the size.
struct WebUISource {
    let image: Image
    let mask: Mask?
    let strength: Double
    /// What was asked for and is not done.
    let warnings: [String]

    private static let usualStrength = 0.75  // modules/processing.py, StableDiffusionProcessingImg2Img
    private static let opaqueFrom: UInt8 = 129  // `x > 128` of `create_binary_mask`, modules/processing.py

    /// Reads and decodes the fields.
    init(_ body: JSONCursor) throws(APIError) {
        var uploaded = UploadedImages(maximumCount: 2)
        let images: [JSONCursor]
        let crops, isInverted: Bool
        do throws(JSONFieldError) {
            images = try body.field("init_images")?.array(maximumCount: 1) ?? []
            strength = try body.field("denoising_strength")?.number(in: 0...1) ?? Self.usualStrength
            crops = try body.field("resize_mode")?.integer(in: 0...1) == 1
            isInverted = try body.field("inpainting_mask_invert")?.flag() ?? false
        } catch {
            throw APIError(error)
        }
        guard let first = images.first else { throw APIError(.notFound, "Init image not found.") }
        try uploaded.append(first)
        var image = uploaded.images[0]
        var mask = try body.field("mask").map { field throws(APIError) in
            let file = try UploadedImages.bytes(field)
            try uploaded.append(encoded: file, at: .pointer(field.pointer))
            return Mask(try Self.plane(of: file, uploaded.images[1], at: field.pointer), isInverted: isInverted)
        }
        if crops, let size = try Self.size(body) {
            mask = mask.map { $0.cropped(toShapeOf: size) }
            image = image.cropped(toShapeOf: size)
        }
        (self.image, self.mask) = (image, mask)
        warnings = mask == nil ? [] : try Self.maskWarnings(body)
    }

    private static func size(_ body: JSONCursor) throws(APIError) -> ImageSize? {
        do throws(JSONFieldError) {
            guard let width = try body.field("width")?.integer(in: ImageSize.sides),
                let height = try body.field("height")?.integer(in: ImageSize.sides)
            else { return nil }
            return ImageSize(width: width, height: height)
        } catch {
            throw APIError(error)
        }
    }

    /// How much of each pixel is to be painted: by its opacity, where any is transparent, or else by its brightness.
    private static func plane(of file: [UInt8], _ image: Image, at pointer: String) throws(APIError) -> Plane {
        do throws(ImageError) {
            let alpha = try Plane(.alpha, of: file)
            guard alpha.samples.contains(where: { $0 != 255 }) else { return image.luminance }
            return Plane(
                width: alpha.width, height: alpha.height, samples: alpha.samples.map { $0 >= opaqueFrom ? 255 : 0 })
        } catch {
            throw APIError(.invalidImage, "can't be read: \(error.message)", at: .pointer(pointer))
        }
    }

    /// What of the fields that go with a mask is not done: clients send some of them unasked.
    private static func maskWarnings(_ body: JSONCursor) throws(APIError) -> [String] {
        var warnings: [String] = []
        do throws(JSONFieldError) {
            if try body.field("mask_blur")?.number(in: 0...64) ?? 4 > 0 {
                warnings.append("mask_blur is ignored: a mask has no soft edge here.")
            }
            if try body.field("inpainting_fill")?.integer(in: 0...1) ?? 0 == 0 {
                warnings.append("inpainting_fill is ignored: what is masked begins as it is in the picture.")
            }
            if try body.field("inpaint_full_res")?.flag() ?? true {
                warnings.append("inpaint_full_res is ignored: the whole picture is drawn.")
            }
        } catch {
            throw APIError(error)
        }
        return warnings
    }
}

extension Mask {
    fileprivate init(_ plane: Plane, isInverted: Bool) {
        self.init(
            width: plane.width, height: plane.height,
            coverage: isInverted ? plane.samples.map { 255 - $0 } : plane.samples)
    }

    fileprivate func cropped(toShapeOf size: ImageSize) -> Mask {
        let grey = Image(width: width, height: height, pixels: coverage.flatMap { [$0, $0, $0] })
        return Mask(grey.cropped(toShapeOf: size).luminance, isInverted: false)
    }
}

extension Image {
    /// The middle of the picture, as large as it can be in the shape of a size.
    fileprivate func cropped(toShapeOf size: ImageSize) -> Image {
        let widest = min(width, max(1, height * size.width / size.height))
        let highest = min(height, max(1, width * size.height / size.width))
        return centerCropped(width: widest, height: highest)
    }
}

extension JSONCursor {
    /// True or false, or 1 or 0.
    fileprivate func flag() throws(JSONFieldError) -> Bool {
        if case .bool(let bool) = value { return bool }
        return try integer(in: 0...1) == 1
    }
}
