import HTTP
import Testing

@Suite struct RouterTests {
    private static func router() -> Router {
        var router = Router { refusal, request in
            Response(status: refusal.status, body: Array("\(refusal) \(request.path)".utf8))
        }
        router.add("GET", "/v1/models") { _, _ in Response(status: 200, body: Array("list".utf8)) }
        router.add("POST", "/v1/models") { request, _ in Response(status: 201, body: request.body) }
        router.add("GET", "/v1/models/{id}") { _, path in Response(status: 200, body: Array((path["id"] ?? "").utf8)) }
        router.add("POST", "/v1/scores") { _, _ in Response(status: 200) }
        return router
    }

    private func answer(_ method: String, _ path: String) async -> (status: Int, text: String, allow: String?) {
        let response = await Self.router()(Request(method: method, path: path))
        return (response.status, String(decoding: response.body, as: UTF8.self), response.header("allow"))
    }

    @Test func routesByMethodAndPath() async {
        #expect(await answer("GET", "/v1/models").text == "list")
        #expect(await answer("POST", "/v1/models").status == 201)
    }

    @Test(
        "decodes a parameter after the path is cut",
        arguments: [
            ("/v1/models/a", "a"), ("/v1/models/a%20b", "a b"), ("/v1/models/..%2f..%2Fetc", "../../etc"),
            ("/v1/models/%C3%A9", "é"), ("/v1/models/..", ".."),
        ])
    func decodesParameters(path: String, id: String) async {
        let answer = await answer("GET", path)
        #expect(answer.status == 200)
        #expect(answer.text == id)
    }

    @Test(
        "has no second spelling of a path",
        arguments: [
            "/v1/models/", "//v1/models", "/v1//models", "/v1%2Fmodels", "/V1/models", "/v1/./models",
            "/v1/x/../models", "/",
            "/v1/models/a/b", "/v1/scores/",
        ])
    func hasOneSpelling(path: String) async { #expect(await answer("POST", path).status == 404) }

    @Test(
        "refuses a target that is not one", arguments: ["/v1/%", "/v1/%4", "/v1/%zz", "/%00", "/%ff", "*", "v1/models"])
    func refusesMalformedTargets(path: String) async { #expect(await answer("GET", path).status == 400) }

    @Test func namesTheMethodsOfAPath() async {
        let answer = await answer("DELETE", "/v1/models")
        #expect(answer.status == 405)
        #expect(answer.allow == "GET, HEAD, OPTIONS, POST")
        #expect(await self.answer("GET", "/v1/scores").allow == "OPTIONS, POST")
    }

    @Test func answersHeadAsGetAndOptionsByTheMethods() async {
        #expect(await answer("HEAD", "/v1/models").status == 200)
        #expect(await answer("HEAD", "/v1/scores").status == 405)
        #expect(await answer("OPTIONS", "/v1/scores") == (204, "", "OPTIONS, POST"))
        #expect(await answer("get", "/v1/models").status == 405)
    }
}
