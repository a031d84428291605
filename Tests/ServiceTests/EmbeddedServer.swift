import HTTP
import Images
import Logging
import Service
import TestSupport
import Testing

/// The routes over the weights of the repository, in this process.
enum EmbeddedServer {
    private static let application = Result {
        Application(
            registry: try ModelRegistry(Configuration(flags: ["weights": Repository.weights("")])),
            queue: .forTests(), logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The answer to a `POST`.
    static func post(
        _ path: String, _ body: [UInt8], headers: [(name: String, value: String)] = []
    ) async throws -> Response {
        try await application.get()(Request(method: "POST", path: path, headers: headers, body: body))
    }

    /// The answer to a `POST` of a text.
    static func post(_ path: String, _ body: String) async throws -> Response {
        try await post(path, Array(body.utf8))
    }

    /// A colourful picture.
    static func picture(width: Int = 80, height: Int = 70, step: Int = 11) -> Image {
        Image(
            width: width, height: height,
            pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 * step) })
    }
}
