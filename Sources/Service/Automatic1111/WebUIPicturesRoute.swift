import HTTP
import Images
import JSON
import Scoring

/// `/sdapi/v1/png-info` and `interrogate`: what a picture says of itself, and what is to be seen of it.
struct WebUIPicturesRoute: Sendable {
    let registry: ModelRegistry
    let queue: JobQueue

    private static let captionCount = 3

    /// The texts of a PNG or a JPEG; no pixel is decoded.
    func texts(_ request: Request) throws(APIError) -> Response {
        let body = try RequestBody.json(request)
        let field = try Self.image(body)
        let file = try UploadedImages.bytes(field)
        let texts: [(name: String, text: String)]
        do throws(ImageError) {
            texts =
                switch try ImageFormat(of: file) {
                case .png: try PNGText.all(in: file).map { ($0.keyword, $0.text) }
                case .jpeg: try EXIFComment(in: file).map { [(Infotext.keyword, $0.text)] } ?? []
                }
        } catch {
            throw APIError(.invalidImage, "can't be read: \(error.message)", at: .pointer(field.pointer))
        }
        let info = texts.last { $0.name == Infotext.keyword }?.text
        return .json([
            "info": .string(info ?? ""), "items": .object(JSONObject(texts.map { ($0.name, .string($0.text)) })),
            "parameters": .object(info.map { WebUIInfotext.parameters(of: Infotext(parsing: $0)) } ?? [:]),
        ])
    }

    /// The styles that the CLIP classifier sees first, the most probable one in front.
    func caption(_ call: Call) async throws(APIError) -> Response {
        let body = try RequestBody.json(call.request)
        let field = try Self.image(body)
        let model: String
        do throws(JSONFieldError) {
            model = try body.field("model")?.string(maximumLength: 256) ?? "clip"
        } catch {
            throw APIError(error)
        }
        guard model == "clip" else {
            throw APIError(
                .modelNotFound, "names no model, but '\(model.shortened)'; there is 'clip'", at: .pointer("/model"))
        }
        var uploaded = UploadedImages()
        try uploaded.append(field)
        let scorers = try registry.scorers(for: ScoringOptions(JSONCursor(["scorers": ["clip"]])))
        let verdicts = try await queue.perform(
            ScoreJob(images: uploaded.images, scorers: scorers), for: call.caller)
        guard case .style(let score) = verdicts.first?.first else {
            throw APIError(.internalError, "The classifier said nothing.")
        }
        return .json(["caption": .string(score.top(Self.captionCount).map(\.label).joined(separator: ", "))])
    }

    private static func image(_ body: JSONCursor) throws(APIError) -> JSONCursor {
        do throws(JSONFieldError) { return try body.required("image") } catch { throw APIError(error) }
    }
}
