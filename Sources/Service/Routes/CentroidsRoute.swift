package import HTTP
import Images
import JSON
import Scoring

/// `/v1/centroids`: sets of K-Means centres, to be fitted, listed, read and removed.
package struct CentroidsRoute: Sendable {
    private let registry: ModelRegistry
    private let engine: Engine

    /// Fits in the spaces of the registry's CLIPs, on the engine.
    package init(registry: ModelRegistry, engine: Engine) {
        self.registry = registry
        self.engine = engine
    }

    /// Fits a set, stores it, and answers with what it is.
    package func create(_ request: Request) async throws(APIError) -> Response {
        let job = try CentroidJob(fields(of: request), registry: registry)
        let result = try await engine.run(job.cost) { () throws(APIError) in try job.run() }
        try registry.centroidStore.add(result.centroids)
        var response = Response.json(.object(result.json(in: registry)), status: 201)
        response.headers.append(("Location", "/v1/centroids/\(result.centroids.name)"))
        return response
    }

    /// All sets.
    package func list() -> Response {
        .json(["object": "list", "data": .array(registry.centroidStore.all.map { .object(registry.json(of: $0)) })])
    }

    /// One set, with its centres.
    package func retrieve(_ name: String) throws(APIError) -> Response {
        let set = try registry.centroidStore.set(named: name)
        var answer = registry.json(of: set)
        answer["centres"] = .array(set.centres.map { centre in .array(centre.map { .real(Double($0)) }) })
        return .json(.object(answer))
    }

    /// Removes a fitted set.
    package func delete(_ name: String) throws(APIError) -> Response {
        try registry.centroidStore.remove(name)
        return Response(status: 204)
    }

    private func fields(of request: Request) throws(APIError) -> CentroidFields {
        switch MediaType(contentType: request.header("content-type"), body: request.body) {
        case .json: return try CentroidFields(RequestBody.json(request.body))
        case .multipart(let boundary): return try fields(of: request.body, boundary: boundary)
        case .png, .jpeg, .other:
            throw RequestBody.unsupported(request, taken: "application/json or multipart/form-data")
        }
    }

    /// A form's files are images, or one `.npy` file of centres called `centres`; its texts are the fields of the JSON body.
    private func fields(of body: [UInt8], boundary: String) throws(APIError) -> CentroidFields {
        let form: MultipartForm
        do throws(MultipartError) {
            form = try MultipartForm(parsing: body, boundary: boundary)
        } catch {
            throw APIError(.invalidForm, "\(error.message)", at: .pointer(""))
        }
        var (uploaded, fields) = (UploadedImages(maximumCount: UploadedImages.maximumManyCount), TextFields())
        var centres: [[Float]]?
        for part in form.parts {
            switch part.name {
            case "image", "image[]", "images", "images[]", "file":
                try uploaded.append(encoded: part.body, at: .parameter(part.name))
            case "centres": centres = try Self.centres(part.body)
            default: try Self.add(part, to: &fields)
            }
        }
        do throws(APIError) {
            return try CentroidFields(fields.cursor, images: uploaded.images, centres: centres)
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
