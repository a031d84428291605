import HTTP
import Images
import JSON

/// What a request for scores brings, in whichever of the forms that are taken: JSON, multipart, or a PNG or JPEG as it is.
struct ScoreRequestBody {
    private var uploaded = UploadedImages()
    private var fields = TextFields()
    private var namesInBody: Set<String> = []
    private var isJSON = false

    /// The images, in order.
    var images: [Image] { uploaded.images }
    /// Vectors that came in place of images.
    private(set) var embeddings: [[Float]]?

    /// Reads the query and the body.
    init(_ request: Request) async throws(APIError) {
        for (name, value) in request.query { try add(name, value) }
        switch MediaType(contentType: request.header("content-type"), body: request.body) {
        case .json:
            isJSON = true
            try await read(RequestBody.json(request.body))
        case .png, .jpeg: try uploaded.append(encoded: request.body, at: .pointer(""))
        case .multipart(let boundary): try read(request.body, boundary: boundary)
        case .other:
            let taken = "application/json, multipart/form-data, image/png or image/jpeg"
            throw RequestBody.unsupported(request, taken: taken)
        }
    }

    /// The options, those of a JSON body first.
    func options() throws(APIError) -> ScoringOptions {
        try locating { () throws(APIError) in try ScoringOptions(fields.cursor) }
    }

    /// A prompt for each image, if there is any: one text for all of them, or a list of as many.
    func prompts() throws(APIError) -> [String]? {
        guard let field = fields.cursor.field(Self.promptName) else { return nil }
        do throws(JSONFieldError) {
            guard case .array = field.value else {
                let prompt = try field.string(maximumLength: Self.maximumPromptLength)
                return [String](repeating: prompt, count: count)
            }
            var prompts: [String] = []
            for prompt in try field.array() {
                prompts.append(try prompt.string(maximumLength: Self.maximumPromptLength))
            }
            guard prompts.count == count else {
                throw .outOfRange(
                    pointer: field.pointer, expected: "a text, or one for each of the \(count) images",
                    actual: "\(prompts.count) texts")
            }
            return prompts
        } catch {
            throw APIError(error)
        }
    }

    private var count: Int { embeddings?.count ?? images.count }

    private static let promptName = "prompt"
    private static let maximumPromptLength = 32_000  // as in generation
    private static let fieldNames = ScoringOptions.fieldNames + [promptName]

    /// Names the parameter in what is thrown for an option that did not come in a JSON body.
    func locating<Value>(_ body: () throws(APIError) -> Value) throws(APIError) -> Value {
        do throws(APIError) {
            return try body()
        } catch {
            guard case .pointer(let pointer) = error.place else { throw error }
            let name = pointer.split(separator: "/").first.map(String.init) ?? ""
            // What is missing is missing in the body, where that is JSON.
            let isInBody = isJSON && (namesInBody.contains(name) || fields.object[name] == nil)
            throw isInBody ? error : error.asParameter
        }
    }

    private mutating func add(_ name: String, _ value: String) throws(APIError) {
        let place = APIError.Place.parameter(name.shortened)
        guard fields.object[name] == nil else { throw APIError(.invalidRequest, "is there twice", at: place) }
        if name == Self.promptName {
            fields.set(name, text: value)
            return
        }
        guard fields.set(scoringOption: name, to: value) else {
            let nearest = nearestName(to: name, in: Self.fieldNames).map { " (did you mean '\($0)'?)" }
            throw APIError(.unknownField, "is not known" + (nearest ?? ""), at: place)
        }
    }

    private mutating func read(_ body: JSONCursor) async throws(APIError) {
        let encoded: [JSONCursor]
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(Self.subjectNames + Self.fieldNames)
            embeddings = try Self.embeddings(body)
            encoded = embeddings == nil ? try Self.encodedImages(body) : []
        } catch {
            throw APIError(error)
        }
        for name in Self.fieldNames {
            guard let field = body.field(name) else { continue }
            fields.set(name, value: field.value)
            namesInBody.insert(name)
        }
        try await uploaded.append(encoded)
    }

    private static func embeddings(_ body: JSONCursor) throws(JSONFieldError) -> [[Float]]? {
        guard let list = body.field("embeddings") else { return nil }
        if let other = body.field("image") ?? body.field("images") {
            throw .outOfRange(
                pointer: other.pointer, expected: "absent where 'embeddings' is given", actual: "there as well")
        }
        let embeddings = try list.vectors(maximumCount: UploadedImages.maximumCount)
        guard !embeddings.isEmpty else {
            throw .outOfRange(pointer: list.pointer, expected: "an array of at least one vector", actual: "empty")
        }
        return embeddings
    }

    private static func encodedImages(_ body: JSONCursor) throws(JSONFieldError) -> [JSONCursor] {
        guard let list = body.field("images") else { return [try body.required("image")] }
        if let single = body.field("image") {
            throw .outOfRange(
                pointer: single.pointer, expected: "absent where 'images' is given", actual: "there as well")
        }
        let images = try list.array(maximumCount: UploadedImages.maximumCount)
        guard !images.isEmpty else {
            throw .outOfRange(pointer: list.pointer, expected: "an array of at least one image", actual: "empty")
        }
        return images
    }

    private mutating func read(_ body: [UInt8], boundary: String) throws(APIError) {
        for part in try RequestBody.form(body, boundary: boundary).parts {
            if Self.fileNames.contains(part.name) {
                try uploaded.append(encoded: part.body, at: .parameter(part.name))
                continue
            }
            guard let text = String(validating: part.body, as: UTF8.self) else {
                throw APIError(.wrongType, "must be UTF-8 text", at: .parameter(part.name.shortened))
            }
            try add(part.name, text)
        }
        guard !images.isEmpty else { throw APIError(.missingField, "is required", at: .parameter("image")) }
    }

    /// The fields of which a JSON body has one.
    private static let subjectNames = ["image", "images", "embeddings"]
    /// What clients call the parts that hold their files.
    private static let fileNames = ["image", "image[]", "images", "images[]", "file"]
}
