import Diffusion
import HTTP
import Images
import JSON

/// A form of the OpenAI API that edits or varies a picture, as the JSON body of the generation that says the same.
struct ImageForm {
    /// What the form is sent to.
    enum Purpose {
        case edit, variation
    }

    /// The body of the generation.
    private(set) var body: JSONObject
    private var fields = TextFields()
    private var pictures: [[UInt8]] = []
    private var mask: [UInt8]?

    /// Files of more than OpenAI takes are refused.
    private static let maximumPictureCount = GenerationFields.maximumImageCount
    /// Fields that are texts even where they look like numbers.
    private static let textNames = [
        "prompt", "negative_prompt", "model", "size", "scheduler", "decoder", "response_format", "output_format",
        "quality", "style", "background", "moderation", "user", "safety_identifier", "complexity", "input_fidelity",
    ]
    /// What the route of variations has no use for: nothing is asked for in words, and nothing is streamed.
    private static let editNames = [
        "prompt", "negative_prompt", "mask", "guidance_scale", "cfg_scale", "stream", "partial_images",
    ]
    /// A picture without words is kept in its outlines, and yet is another one.
    private static let variationStrength = 0.6

    /// Reads a form.
    init(_ request: Request, for purpose: Purpose) throws(APIError) {
        guard case .multipart(let boundary) = MediaType(contentType: request.header("content-type"), body: request.body)
        else { throw RequestBody.unsupported(request, taken: "multipart/form-data") }
        body = [:]
        for part in try RequestBody.form(request.body, boundary: boundary).parts { try add(part, for: purpose) }
        guard !pictures.isEmpty else { throw APIError(.missingField, "is required", at: .parameter("image")) }
        body = fields.object
        let images = pictures.map { JSONValue.string(Base64.encode($0)) }
        body["image"] = images.count == 1 ? images[0] : .array(images)
        if let mask { body["mask"] = .string(Base64.encode(try Self.repainted(mask).png())) }
        guard purpose == .variation else { return }
        body["prompt"] = ""
        // With no words to steer by, guidance changes nothing and takes twice the time.
        body["guidance_scale"] = 1
        if body["strength"] == nil { body["strength"] = .real(Self.variationStrength) }
    }

    private mutating func add(_ part: MultipartForm.Part, for purpose: Purpose) throws(APIError) {
        let place = APIError.Place.parameter(part.name.shortened)
        if purpose == .variation, Self.editNames.contains(part.name) {
            throw APIError(.unknownField, "is not known to variations, but to '/v1/images/edits'", at: place)
        }
        switch part.name {
        case "image", "image[]":
            guard pictures.count < Self.maximumPictureCount else {
                throw APIError(
                    .tooLong, "is one file too many; at most \(Self.maximumPictureCount) are accepted", at: place)
            }
            pictures.append(part.body)
        case "mask":
            guard mask == nil else { throw APIError(.invalidRequest, "is there twice", at: place) }
            mask = part.body
        default: try add(part.name, Self.text(part), at: place)
        }
    }

    /// Adds a field; of those called `name[]`, as the OpenAI SDK writes lists, there may be several.
    private mutating func add(_ name: String, _ text: String, at place: APIError.Place) throws(APIError) {
        if name.hasSuffix("[]") {
            let name = String(name.dropLast(2))
            fields.set(name, value: .array((fields.object[name]?.array ?? []) + [.string(text)]))
            return
        }
        guard fields.object[name] == nil else { throw APIError(.invalidRequest, "is there twice", at: place) }
        if Self.textNames.contains(name) {
            fields.set(name, text: text)
        } else if text.first == "[" || !fields.set(scoringOption: name, to: text) {
            fields.set(name, number: text)
        }
    }

    private static func text(_ part: MultipartForm.Part) throws(APIError) -> String {
        guard let text = String(validating: part.body, as: UTF8.self) else {
            throw APIError(.wrongType, "must be UTF-8 text", at: .parameter(part.name.shortened))
        }
        return text
    }

    /// White where a mask of the OpenAI API is transparent.
    private static func repainted(_ file: [UInt8]) throws(APIError) -> Image {
        let alpha: Plane
        do throws(ImageError) {
            alpha = try Plane(.alpha, of: file)
        } catch {
            throw APIError(.invalidImage, "is not a PNG that can be read: \(error.message)", at: .parameter("mask"))
        }
        guard alpha.samples.contains(where: { $0 < 255 }) else {
            throw APIError(
                .invalidImage, "has no transparent pixel, so that nothing would be edited", at: .parameter("mask"))
        }
        let pixels = alpha.samples.flatMap { [UInt8](repeating: 255 - $0, count: 3) }
        return Image(width: alpha.width, height: alpha.height, pixels: pixels)
    }
}
