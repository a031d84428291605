import HTTP
import Images
import JSON

/// The images of a request, decoded within bounds.
struct UploadedImages {
    /// The most images of one request that scores.
    static let maximumCount = 256
    /// The most images of one request that learns from them.
    static let maximumManyCount = 1000
    /// The most pixels of one request: four images of 4096 x 4096, or 256 of 512 x 512.
    private static let maximumPixelCount = 1 << 26

    private let maximumCount: Int

    /// No images yet, of which there may be as many.
    init(maximumCount: Int = Self.maximumCount) { self.maximumCount = maximumCount }

    /// Decodes the array of a request that learns from its images.
    static func many(_ field: JSONCursor) throws(APIError) -> [Image] {
        var uploaded = UploadedImages(maximumCount: maximumManyCount)
        let elements: [JSONCursor]
        do throws(JSONFieldError) {
            elements = try field.array(maximumCount: maximumManyCount)
        } catch {
            throw APIError(error)
        }
        for element in elements { try uploaded.append(element) }
        return uploaded.images
    }

    /// The images so far.
    private(set) var images: [Image] = []
    private var pixelCount = 0

    /// Decodes one PNG more.
    mutating func append(png: [UInt8], at place: APIError.Place) throws(APIError) {
        guard images.count < maximumCount else {
            throw APIError(.tooLong, "is one image too many; at most \(maximumCount) are accepted", at: place)
        }
        let image: Image
        do throws(ImageError) {
            image = try Image(png: png)
        } catch {
            throw APIError(.invalidImage, "is not a PNG that can be read: \(error.message)", at: place)
        }
        pixelCount += image.width * image.height
        guard pixelCount <= Self.maximumPixelCount else {
            throw APIError(
                .tooLong, "brings the pixels to more than the \(Self.maximumPixelCount) that are accepted", at: place)
        }
        images.append(image)
    }

    /// Decodes an image of a JSON body: base64, or a data URL.
    mutating func append(_ field: JSONCursor) throws(APIError) {
        let text: String
        do throws(JSONFieldError) { text = try field.string() } catch { throw APIError(error) }
        let place = APIError.Place.pointer(field.pointer)
        guard let start = Self.startOfData(text) else {
            throw APIError(
                .invalidImage, "must be base64 or a data URL of type image/png with base64; nothing is fetched",
                at: place)
        }
        guard let png = Base64.decode(text.utf8[start...]) else {
            throw APIError(.invalidImage, "is not base64", at: place)
        }
        try append(png: png, at: place)
    }

    /// Where the base64 begins; nil for a URL of any other kind.
    private static func startOfData(_ text: String) -> String.Index? {
        // The alphabet of base64 has no colon: what has one near its start is some URL.
        guard text.prefix(16).contains(":") else { return text.startIndex }
        guard text.prefix(5).lowercased() == "data:", let comma = text.prefix(128).firstIndex(of: ",") else {
            return nil
        }
        let parts = text[..<comma].dropFirst(5).split(separator: ";", omittingEmptySubsequences: false)
        let isPNG = parts.first == "" || parts.first?.lowercased() == "image/png"
        guard isPNG, parts.count >= 2, parts.last?.lowercased() == "base64" else { return nil }
        return text.index(after: comma)
    }
}
