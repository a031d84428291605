import HTTP
import Images
import JSON
import Scoring

extension CentroidFields {
    /// Reads a JSON body, or a form.
    init(_ request: Request) throws(APIError) {
        switch MediaType(contentType: request.header("content-type"), body: request.body) {
        case .json: try self.init(RequestBody.json(request.body))
        case .multipart(let boundary): try self.init(form: request.body, boundary: boundary)
        case .png, .jpeg, .other:
            throw RequestBody.unsupported(request, taken: "application/json or multipart/form-data")
        }
    }

    /// A form's files are images, or one `.npy` file of centres called `centres`; its texts are the fields of the JSON body.
    private init(form body: [UInt8], boundary: String) throws(APIError) {
        var (uploaded, fields) = (UploadedImages(maximumCount: UploadedImages.maximumManyCount), TextFields())
        var centres: [[Float]]?
        for part in try RequestBody.form(body, boundary: boundary).parts {
            switch part.name {
            case "image", "image[]", "images", "images[]", "file":
                try uploaded.append(encoded: part.body, at: .parameter(part.name))
            case "centres": centres = try Self.centres(part.body)
            default: try Self.add(part, to: &fields)
            }
        }
        do throws(APIError) {
            try self.init(fields.cursor, images: uploaded.images, centres: centres)
        } catch {
            throw error.asParameter
        }
    }

    private static func centres(_ bytes: [UInt8]) throws(APIError) -> [[Float]] {
        do throws(NumPyArray.Malformation) {
            return try NumPyArray(
                bytes, maximumRowCount: Centroids.maximumCount, maximumWidth: Centroids.maximumWidth
            ).rows
        } catch {
            throw APIError(.invalidForm, error.reason, at: .parameter("centres"))
        }
    }

    private static func add(_ part: MultipartForm.Part, to fields: inout TextFields) throws(APIError) {
        let place = APIError.Place.parameter(part.name.shortened)
        guard let text = String(validating: part.body, as: UTF8.self) else {
            throw APIError(.wrongType, "must be UTF-8 text", at: place)
        }
        guard fields.object[part.name] == nil else { throw APIError(.invalidRequest, "is there twice", at: place) }
        switch part.name {
        case "name", "embedder": fields.set(part.name, text: text)
        case "labels", "texts": fields.set(part.name, list: text)
        default: fields.set(part.name, number: text)
        }
    }
}
