package import HTTP

/// `GET /` and `/page/{file}`: the web page, which is files of this binary and nothing from elsewhere.
package struct PageRoute: Sendable {
    /// A file of the page.
    struct File: Sendable {
        let type: String
        /// Changes with the text.
        let tag: String
        let text: String
    }

    /// The page loads from here alone, runs and styles nothing inline, sends no form, and is framed by nobody (CSP Level 3).
    ///
    /// Pictures also come as blobs, fetched with the caller's key, and previews as data.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
        form-action 'none'; base-uri 'none'; frame-ancestors 'none'
        """

    /// The page that ships.
    package init() {}

    /// The document itself.
    package func index(_ call: Call) throws(APIError) -> Response { try file("index.html", call) }

    /// What the document refers to.
    package func file(_ call: Call) throws(APIError) -> Response { try file(call.name("file"), call) }

    /// A file, or the word that the caller's copy is still good (RFC 9110, 13.1.2).
    private func file(_ name: String, _ call: Call) throws(APIError) -> Response {
        guard let file = Self.files[name] else {
            throw APIError(.notFound, "The page has no file '\(name.shortened)'.")
        }
        let tag = "\"\(file.tag)\""
        let headers = [
            ("ETag", tag), ("Cache-Control", "no-cache"), ("Content-Security-Policy", Self.policy),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ]
        let known = call.request.header("if-none-match")?.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
        if let known, known.contains("*") || known.contains(where: { $0 == tag || $0 == "W/\(tag)" }) {
            return Response(status: 304, headers: headers)
        }
        return Response(status: 200, headers: [("Content-Type", file.type)] + headers, body: Array(file.text.utf8))
    }
}
