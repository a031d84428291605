package import Images
package import JSON

/// How pictures are encoded.
package enum PictureFormat: Sendable, Equatable {
    case png
    /// With a quality in 0...100.
    case jpeg(quality: Int)

    private static let defaultQuality = 100  // OpenAI's documented default of `output_compression`

    /// Reads `output_format` and `output_compression`, which a PNG, that loses nothing, has no use for.
    package init(_ body: JSONCursor) throws(JSONFieldError) {
        let quality = try body.field("output_compression")?.integer(in: 0...100) ?? Self.defaultQuality
        switch try body.field("output_format")?.choice(of: ["png", "jpeg"]) {
        case "jpeg": self = .jpeg(quality: quality)
        default: self = .png
        }
    }

    /// The name of the API.
    package var name: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpeg"
        }
    }

    /// A picture as a file, which carries its recipe if it has one.
    package func file(of image: Image, _ recipe: Recipe? = nil) -> JobResult.File {
        switch self {
        case .png: JobResult.File(type: "image/png", bytes: image.png(texts: recipe?.texts ?? []))
        case .jpeg(let quality):
            JobResult.File(type: "image/jpeg", bytes: image.jpeg(quality: quality, comment: recipe?.comment))
        }
    }
}
