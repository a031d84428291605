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

    private static func overlapping() -> Router {
        var router = Router { refusal, _ in Response(status: refusal.status) }
        for (method, template) in [
            ("GET", "/{rest...}"), ("GET", "/m/{id}"), ("DELETE", "/m/{id}"), ("POST", "/m/x"), ("GET", "/m/{id}/a"),
            ("GET", "/m/{rest...}"),
        ] {
            router.add(method, template) { _, parameters in
                let text = parameters.map { "\($0.key)=\($0.value)" }.joined()
                return Response(status: 200, body: Array("\(template) \(text)".utf8))
            }
        }
        return router
    }

    @Test(
        "prefers the template that says most",
        arguments: [
            ("GET", "/m/y", "/m/{id} id=y"), ("POST", "/m/x", "/m/x "), ("GET", "/m/y/a", "/m/{id}/a id=y"),
            ("GET", "/m/y/b", "/m/{rest...} rest=y/b"), ("GET", "/m/y/a/b%20c", "/m/{rest...} rest=y/a/b c"),
            ("GET", "/n/x", "/{rest...} rest=n/x"), ("GET", "/n", "/{rest...} rest=n"),
        ])
    func prefersLiterals(method: String, path: String, text: String) async {
        let router = Self.overlapping()
        let request = Request(method: method, path: path)
        #expect(String(decoding: await router(request).body, as: UTF8.self) == text)
        #expect(router.template(of: request) == text.split(separator: " ").first.map { String($0) })
    }

    @Test("takes no empty segment for a rest", arguments: ["/", "/m/", "/m//a", "/m/a/", "//"])
    func refusesEmptySegments(path: String) async {
        #expect(await Self.overlapping()(Request(method: "GET", path: path)).status == 404)
        #expect(Self.overlapping().template(of: Request(method: "GET", path: path)) == nil)
    }

    @Test func answersForTheBestTemplateAlone() async {
        // The path of `POST /m/x` is another one than that of `DELETE /m/{id}`.
        let answer = await Self.overlapping()(Request(method: "DELETE", path: "/m/x"))
        #expect(answer.status == 405)
        #expect(answer.header("allow") == "OPTIONS, POST")
    }

    @Test func listsItsRoutes() {
        let templates = Self.router().templates.map { "\($0.method) \($0.template)" }
        #expect(
            templates == ["GET /v1/models", "POST /v1/models", "GET /v1/models/{id}", "POST /v1/scores"])
    }
}
