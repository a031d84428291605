import HTTP
import JSON
import Service
import Testing

@Suite struct APIErrorTests {
    @Test func followsRFC9457() throws {
        let error = APIError(.outOfRange, "must be in 1...150, not 0", at: .pointer("/steps"))
        let response = error.response(id: "fox-1", shape: .problem)
        #expect(response.status == 400)
        #expect(response.header("content-type") == "application/problem+json")
        #expect(
            try JSONValue(parsing: response.body) == [
                "type": "urn:liminal:problem:out_of_range", "title": "Bad Request", "status": 400,
                "detail": "/steps must be in 1...150, not 0.", "instance": "fox-1", "code": "out_of_range",
                "errors": [["pointer": "/steps", "detail": "must be in 1...150, not 0"]],
            ])
    }

    @Test func endsASentenceOnceWhateverItAsks() {
        let unknown = APIError(JSONFieldError.unknown(pointer: "/promt", nearest: "prompt"))
        #expect(unknown.message == "/promt is not a known field (did you mean 'prompt'?).")
    }

    @Test("adds OpenAI's object", arguments: [("/scorers/0", "scorers[0]"), ("/size", "size"), ("/a/b", "a.b")])
    func addsOpenAIsObject(pointer: String, parameter: String) throws {
        let error = APIError(.wrongType, "is wrong", at: .pointer(pointer))
        let body = try JSONValue(parsing: error.response(id: "1", shape: .openAI).body)
        #expect(
            body["error"] == [
                "message": .string("\(pointer) is wrong."), "type": "invalid_request_error",
                "param": .string(parameter), "code": "wrong_type",
            ])
    }

    @Test func tellsOfFieldsAsFastAPI() throws {
        let error = APIError(.outOfRange, "must be in 1...150, not 0", at: .pointer("/steps"))
        let response = error.response(id: "1", shape: .automatic1111)
        #expect(response.status == 422)
        #expect(response.header("content-type") == "application/json")
        #expect(
            try JSONValue(parsing: response.body) == [
                "detail": [
                    ["loc": ["body", "steps"], "msg": "/steps must be in 1...150, not 0.", "type": "out_of_range"]
                ]
            ])
    }

    @Test func tellsOfTheRestAsAUTOMATIC1111() throws {
        let error = APIError(.queueFull, "Full.", retryAfterSeconds: 7)
        let response = error.response(id: "1", shape: .automatic1111)
        #expect(response.status == 429)
        #expect(response.header("Retry-After") == "7")
        #expect(
            try JSONValue(parsing: response.body) == [
                "error": "HTTPException", "detail": "Full.", "body": "", "errors": "queue_full",
            ])
    }

    @Test(
        "tells clients whether and when to come back",
        arguments: [
            (APIError(.queueFull, "Full.", retryAfterSeconds: 7), 429, "7", nil, "rate_limit_error"),
            (APIError(.draining, "Stopping.", retryAfterSeconds: 1), 503, "1", nil, "server_error"),
            (APIError(.nonfiniteOutput, "NaN."), 500, nil, "false", "server_error"),
            (APIError(.modelNotFound, "No."), 404, nil, nil, "invalid_request_error"),
        ] as [(APIError, Int, String?, String?, String)])
    func tellsWhenToComeBack(
        error: APIError, status: Int, retryAfter: String?, shouldRetry: String?, type: String
    ) throws {
        let response = error.response(id: "1", shape: .openAI)
        #expect(response.status == status)
        #expect(response.header("Retry-After") == retryAfter)
        #expect(response.header("x-should-retry") == shouldRetry)
        #expect(try JSONValue(parsing: response.body)["error"]?["type"] == .string(type))
        #expect(try JSONValue(parsing: response.body)["error"]?["param"] == JSONValue.null)
    }

    @Test(
        "speaks as Text Embeddings Inference",
        arguments: [
            (APIError(.queueFull, "Full.", retryAfterSeconds: 7), 429, "Overloaded"),
            (APIError(.rateLimited, "Full.", retryAfterSeconds: 7), 429, "Overloaded"),
            (APIError(.draining, "Stopping.", retryAfterSeconds: 1), 503, "Unhealthy"),
            (APIError(.nonfiniteOutput, "NaN."), 424, "Backend"),
            (APIError(.tooLong, "is too long", at: .pointer("/inputs")), 413, "Validation"),
            (APIError(.wrongType, "is wrong", at: .pointer("/inputs")), 422, "Validation"),
            (APIError(.invalidJSON, "is wrong", at: .pointer("")), 400, "Validation"),
        ] as [(APIError, Int, String)])
    func speaksAsTextEmbeddingsInference(error: APIError, status: Int, type: String) throws {
        let response = error.response(id: "1", shape: .textEmbeddings)
        #expect(response.status == status)
        #expect(response.header("content-type") == "application/json")
        #expect(response.header("Retry-After") == error.retryAfterSeconds.map { "\($0)" })
        let body = try JSONValue(parsing: response.body)
        #expect(body == ["error": .string(error.message), "error_type": .string(type)])
    }
}
