import Foundation
import Images
import JSON
import TestSupport
import Testing

/// The files that `Tools/golden_images.py` and `Tools/golden_jpeg.py` made for one part.
enum Golden {
    /// A source and one file made from it: `NAME.expected.png` or `NAME.to.WxH.png`.
    struct Case: Sendable, CustomTestStringConvertible {
        let source: String
        let made: String
        var testDescription: String { made }

        /// The size in the name, for what was resized or cropped.
        var size: (width: Int, height: Int)? {
            let sides = made.split(separator: ".").dropLast().last?.split(separator: "x").compactMap { Int($0) } ?? []
            return sides.count == 2 ? (sides[0], sides[1]) : nil
        }

        /// The number in the name, for what was written in a quality.
        var quality: Int? { made.split(separator: ".").dropLast().last.flatMap { Int($0) } }
    }

    static func cases(_ part: String, sources: String = "png", made suffix: String = "") -> [Case] {
        let folder = Repository.golden("images/\(part)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { $0.split(separator: ".").count > 2 && $0.hasSuffix(suffix) }.map { name in
            Case(source: "\(folder)/\(name.prefix { $0 != "." }).\(sources)", made: "\(folder)/\(name)")
        }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    static func image(_ path: String) throws -> Image { try Image(encoded: bytes(path)) }

    static func json(_ path: String) throws -> JSONObject {
        try #require(JSONValue(parsing: bytes(Repository.golden("images/" + path))).object)
    }
}
