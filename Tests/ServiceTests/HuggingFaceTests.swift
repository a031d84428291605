import HTTP
import Images
import JSON
import Service
import Testing

/// Which task a request is taken for.
@Suite struct HuggingFaceTests {
    private static let picture = EmbeddedServer.picture()
    private static let base64 = Base64.encode(picture.png())
    private static let quick = #""parameters": {"width": 64, "height": 64, "num_inference_steps": 1, "seed": 3}"#

    @Test(
        "draws a text, unless a field says otherwise",
        arguments: [
            ("/hf/models/emoji", #"{"inputs": "a fox", \#(quick)}"#, "a picture"),
            ("/pipeline/text-to-image/emoji", #"{"inputs": "a fox", \#(quick)}"#, "a picture"),
            ("/hf/models/emoji", #"{"inputs": "a fox", "normalize": true}"#, "vectors"),
            ("/hf/models/emoji", #"{"inputs": ["a fox", "a rocket"]}"#, "vectors"),
            ("/pipeline/feature-extraction/emoji", #"{"inputs": "a fox"}"#, "vectors"),
            ("/pipeline/feature-extraction/clip", #"{"inputs": "a fox"}"#, "vectors"),
            ("/hf/models/clip", #"{"inputs": "\#(base64)"}"#, "labels"),
            ("/hf/models/emoji", #"{"inputs": "\#(base64)", "parameters": {"top_k": 2}}"#, "labels"),
            (
                "/hf/models/emoji", #"{"inputs": "\#(base64)", "parameters": {"candidate_labels": ["neon", "art"]}}"#,
                "labels"
            ),
        ])
    func takes(path: String, body: String, kind: String) async throws {
        let response = try await EmbeddedServer.post(path, body)
        #expect(response.status == 200)
        switch kind {
        case "a picture":
            #expect(response.header("Content-Type") == "image/png")
            #expect(try Image(png: response.body).width == 64)
        case "vectors":
            #expect(try JSONValue(parsing: response.body).array?.first?.array?.isEmpty == false)
        default:
            let labels = try JSONValue(parsing: response.body).array ?? []
            #expect(labels.count >= 2 && labels.allSatisfy { $0["label"]?.string != nil })
        }
    }

    @Test func classifiesAPictureAsItIs() async throws {
        let raw = try await EmbeddedServer.post("/hf/models/emoji", Self.picture.png())
        let encoded = try await EmbeddedServer.post("/hf/models/clip", #"{"inputs": "\#(Self.base64)"}"#)
        #expect(raw.status == 200)
        #expect(raw.body == encoded.body)
        #expect(try JSONValue(parsing: raw.body).array?.count == 5)
    }

    @Test(
        "says what is wrong in the API's own shape and names",
        arguments: [
            (
                "/hf/models/emoji", #"{"inputs": "a fox", "parameters": {"steps": 1}}"#, 400, "unknown_field",
                "/parameters/steps"
            ),
            (
                "/hf/models/emoji", #"{"inputs": "a fox", "parameters": {"num_inference_steps": 0}}"#, 400,
                "out_of_range",
                "/parameters/num_inference_steps"
            ),
            (
                "/hf/models/emoji", #"{"inputs": "a fox", "parameters": {"width": 65}}"#, 400, "out_of_range",
                "/parameters must have sides"
            ),
            ("/hf/models/emoji", #"{"inputs": ""}"#, 400, "out_of_range", "/inputs"),
            ("/hf/models/emoji", #"{"prompt": "a fox"}"#, 400, "missing_field", "/inputs"),
            ("/hf/models/some/one", #"{"inputs": "a fox"}"#, 404, "model_not_found", "'some/one'"),
            ("/pipeline/summarization/emoji", #"{"inputs": "a fox"}"#, 404, "not_found", "'summarization'"),
            ("/pipeline/text-to-image/gan", #"{"inputs": "a fox"}"#, 400, "unsupported_value", "'gan' can't do"),
            ("/hf/models/gan", "fox", 415, "unsupported_media_type", "image/png or image/jpeg"),
        ])
    func refuses(path: String, body: String, status: Int, code: String, words: String) async throws {
        let response = try await EmbeddedServer.post(path, body)
        #expect(response.status == status)
        let error = try JSONValue(parsing: response.body)
        #expect(error.object?.names == ["error", "error_type"])
        #expect(error["error_type"] == .string(code))
        #expect(error["error"]?.string?.contains(words) == true, "\(error["error"]?.string ?? "")")
    }
}
