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
    static let maximumPixelCount = 1 << 26

    private let maximumCount, maximumPixelCount: Int

    /// No images yet, of which there may be as many.
    init(maximumCount: Int = Self.maximumCount, maximumPixelCount: Int = Self.maximumPixelCount) {
        (self.maximumCount, self.maximumPixelCount) = (maximumCount, maximumPixelCount)
    }

    /// Decodes the array of a request that learns from its images, or compares them.
    static func many(
        _ field: JSONCursor, maximumPixelCount: Int = Self.maximumPixelCount
    ) throws(APIError) -> [Image] {
        var uploaded = UploadedImages(maximumCount: maximumManyCount, maximumPixelCount: maximumPixelCount)
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
    private var admittedCount = 0, pixelCount = 0

    /// Decodes one PNG or JPEG more.
    mutating func append(encoded: [UInt8], at place: APIError.Place) throws(APIError) {
        try admit(encoded, at: place)
        images.append(try Self.decode(encoded, at: place))
    }

    /// Decodes an image of a JSON body: base64, or a data URL.
    mutating func append(_ field: JSONCursor) throws(APIError) {
        try append(encoded: Self.bytes(field), at: .pointer(field.pointer))
    }

    /// Decodes an image of a JSON body, and returns it.
    mutating func appended(_ field: JSONCursor) throws(APIError) -> Image {
        try append(field)
        return images[images.count - 1]
    }

    /// Decodes many images of a JSON body, on several threads; of several that are wrong the first is named.
    mutating func append(_ fields: [JSONCursor]) async throws(APIError) {
        let files = await Self.concurrently(fields) { field throws(APIError) in try Self.bytes(field) }
        var sources: [(encoded: [UInt8], place: APIError.Place)] = []
        for (field, file) in zip(fields, files) {
            let (encoded, place) = (try file.get(), APIError.Place.pointer(field.pointer))
            try admit(encoded, at: place)
            sources.append((encoded, place))
        }
        let decoded = await Self.concurrently(sources) { source throws(APIError) in
            try Self.decode(source.encoded, at: source.place)
        }
        for image in decoded { images.append(try image.get()) }
    }

    /// Counts an image in, before anything is allocated for it.
    private mutating func admit(_ encoded: [UInt8], at place: APIError.Place) throws(APIError) {
        admittedCount += 1
        guard admittedCount <= maximumCount else {
            throw APIError(.tooLong, "is one image too many; at most \(maximumCount) are accepted", at: place)
        }
        // A header that lies of its size is refused when it is decoded.
        pixelCount += min(Image.statedPixelCount(of: encoded), Image.maximumSide * Image.maximumSide)
        guard pixelCount <= maximumPixelCount else {
            throw APIError(
                .tooLong, "brings the pixels to more than the \(Self.maximumPixelCount) that are accepted", at: place)
        }
    }

    private static func decode(_ encoded: [UInt8], at place: APIError.Place) throws(APIError) -> Image {
        do throws(ImageError) {
            return try Image(encoded: encoded)
        } catch {
            throw APIError(.invalidImage, "is not a PNG or JPEG that can be read: \(error.message)", at: place)
        }
    }

    /// The file that a field has in base64 or as a data URL, not yet decoded.
    static func bytes(_ field: JSONCursor) throws(APIError) -> [UInt8] {
        let text: String
        do throws(JSONFieldError) { text = try field.string() } catch { throw APIError(error) }
        let place = APIError.Place.pointer(field.pointer)
        guard let start = startOfData(text) else {
            let taken = "base64 or a data URL of type image/png or image/jpeg with base64"
            throw APIError(.invalidImage, "must be \(taken); nothing is fetched", at: place)
        }
        guard let bytes = Base64.decode(text.utf8[start...]) else {
            throw APIError(.invalidImage, "is not base64", at: place)
        }
        return bytes
    }

    /// What comes of each element, in their order.
    private static func concurrently<Element: Sendable, Value: Sendable>(
        _ elements: [Element], _ value: @escaping @Sendable (Element) throws(APIError) -> Value
    ) async -> [Result<Value, APIError>] {
        await withTaskGroup(of: (Int, Result<Value, APIError>).self) { group in
            for (index, element) in elements.enumerated() {
                group.addTask {
                    (index, Result { () throws(APIError) in try value(element) })
                }
            }
            var results = [Result<Value, APIError>?](repeating: nil, count: elements.count)
            for await (index, result) in group { results[index] = result }
            return results.compactMap { $0 }
        }
    }

    /// Where the base64 begins; nil for a URL of any other kind.
    private static func startOfData(_ text: String) -> String.Index? {
        // The alphabet of base64 has no colon: what has one near its start is some URL.
        guard text.prefix(16).contains(":") else { return text.startIndex }
        guard text.prefix(5).lowercased() == "data:", let comma = text.prefix(128).firstIndex(of: ",") else {
            return nil
        }
        let parts = text[..<comma].dropFirst(5).split(separator: ";", omittingEmptySubsequences: false)
        let isImage = ["", "image/png", "image/jpeg", "image/jpg"].contains(parts.first?.lowercased())
        guard isImage, parts.count >= 2, parts.last?.lowercased() == "base64" else { return nil }
        return text.index(after: comma)
    }
}
