import HTTP
import JSON
import Jobs

/// `/v1/images`: drawing in the shape of the OpenAI API, awaited or followed.
struct ImagesRoute {
    private let entrance: JobEntrance
    private let factory: JobFactory
    private let published = PublishedPictures()

    /// Where published pictures are, apart from the `/v1/files` of the OpenAI API, which are something else.
    static let publishedPath = "/v1/images/files"

    init(_ entrance: JobEntrance, _ factory: JobFactory) { (self.entrance, self.factory) = (entrance, factory) }

    /// Draws from a text.
    func generate(_ call: Call) async throws(APIError) -> Response {
        try await answer(call, RequestBody.json(call.request), .generation)
    }

    /// Draws from a picture and a text, all of the picture anew or the transparent part of a mask.
    func edit(_ call: Call) async throws(APIError) -> Response { try await answer(call, form: .edit) }

    /// Draws from a picture alone.
    func vary(_ call: Call) async throws(APIError) -> Response { try await answer(call, form: .variation) }

    /// A picture that was answered by its address.
    func file(_ call: Call) throws(APIError) -> Response {
        guard let file = JobID(call.name("id")).flatMap({ published.file($0) }) else {
            throw APIError(.notFound, "There is no such picture, or no longer.")
        }
        return Response(
            status: 200, headers: [("Content-Type", file.type), ("Cache-Control", "private")], body: file.bytes)
    }

    private func answer(_ call: Call, form purpose: ImageForm.Purpose) async throws(APIError) -> Response {
        let body = JSONValue.object(try ImageForm(call.request, for: purpose).body)
        do throws(APIError) {
            return try await answer(call.asking(for: body), JSONCursor(body), .edit)
        } catch {
            throw error.asFormField
        }
    }

    private func answer(
        _ call: Call, _ body: JSONCursor, _ family: ImageStream.Family
    ) async throws(APIError) -> Response {
        let fields = try GenerationFields(body)
        let work = try await factory.generation(fields)
        if fields.delivery.isStreamed { return try stream(work, to: call, family) }
        return try await entrance.answer(work, to: call, pictures: fields.delivery.usesURLs ? links(in: call) : .base64)
    }

    private func stream(
        _ work: GenerationJob, to call: Call, _ family: ImageStream.Family
    ) throws(APIError) -> Response {
        guard try JobEntrance.key(call.request) == nil else {
            throw APIError(
                .unsupportedValue, "can't name a stream; '/v1/jobs' takes it, and has events",
                at: .parameter("Idempotency-Key"))
        }
        let job = try entrance.queue.begin(work, for: call.caller)
        return ImageStream(job, of: entrance.queue, family: family, size: work.size, format: work.format).response
    }

    private func links(in call: Call) -> PictureField {
        let base = ServerAddress(call.request).base
        return PictureField(name: "url") { [published] file in
            .string("\(base)\(Self.publishedPath)/\(published.publish(file))")
        }
    }
}

extension Call {
    /// The same call with a JSON body in place of its own.
    fileprivate func asking(for body: JSONValue) -> Call {
        let headers = request.headers.filter { $0.name.lowercased() != "content-type" }
        let asking = Request(
            method: request.method, path: request.path, query: request.query,
            headers: headers + [("Content-Type", "application/json")], body: body.encoded(), id: request.id,
            remoteAddress: request.remoteAddress)
        return Call(asking, path: path, caller: caller)
    }
}
