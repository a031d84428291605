import HTTP
import Images
import JSON
import Service
import TestSupport
import Testing

/// The Open Inference Protocol, as far as its own client would never go.
@Suite struct InferenceTests {
    private static let lengthName = "Inference-Header-Content-Length"
    private static let pictures = [EmbeddedServer.picture().png(), EmbeddedServer.picture(width: 40, step: 7).png()]

    @Test("says in single precision what /v1/scores says", arguments: ["clip", "kmeans-text", "kmeans-image", "gan"])
    func scores(model: String) async throws {
        let (header, bytes) = Self.request(Self.pictures)
        let response = try await Self.infer(model, header, bytes, outputs: "binary")
        let length = try #require(response.header(Self.lengthName).flatMap { Int($0) })
        let json = try JSONValue(parsing: Array(response.body[..<length]))
        #expect(json["model_name"] == .string(model) && json["model_version"] == "1" && json["id"] == "fox")
        var rest = response.body[length...]
        let scores = try await Self.nativeScores(of: model)
        for output in json["outputs"]?.array ?? [] {
            let name = try #require(output["name"]?.string)
            let size = try #require(output["parameters"]?["binary_data_size"]?.integer)
            let taken = rest.prefix(size)
            rest = rest.dropFirst(size)
            #expect(Array(taken) == Self.bytes(of: name, in: scores), "\(name)")
        }
        #expect(rest.isEmpty)
    }

    @Test func answersInJSONWhereBytesAreNotAskedFor() async throws {
        let (header, bytes) = Self.request([Self.pictures[0]])
        let response = try await Self.infer("clip", header, bytes, outputs: "json")
        #expect(response.header("Content-Type") == "application/json")
        #expect(response.header(Self.lengthName) == nil)
        let outputs = try JSONValue(parsing: response.body)["outputs"]?.array ?? []
        #expect(outputs.compactMap { $0["name"]?.string } == ["ambiguity", "probs", "entropy", "reward", "top_label"])
        #expect(outputs.allSatisfy { $0["shape"]?.array?.first == 1 && $0["data"]?.array?.isEmpty == false })
    }

    @Test func refusesOrServesEveryDamagedRequest() async throws {
        var source = SeededGenerator(seed: 7)
        let (header, bytes) = Self.request(Self.pictures)
        var refusedCount = 0
        for number in 0..<200 {
            var body = header + bytes
            switch number % 4 {
            case 0: body.removeLast(Int.random(in: 1...body.count, using: &source))
            case 1: Self.flip(&body, in: 0..<body.count, &source)
            case 2: Self.flip(&body, in: 0..<header.count, &source)
            default:
                let place = header.count + (Bool.random(using: &source) ? 0 : 4 + Self.pictures[0].count)
                for index in place..<place + 4 { body[index] = UInt8.random(in: 0...255, using: &source) }
            }
            let isDivided = Int.random(in: 0..<5, using: &source) > 0
            let length = isDivided ? header.count : Int.random(in: 0...body.count + 8, using: &source)
            let response = try await EmbeddedServer.post(
                "/v2/models/clip/infer", body, headers: [(Self.lengthName, "\(length)")])
            #expect(
                [200, 400].contains(response.status), "\(number): \(String(decoding: response.body, as: UTF8.self))")
            if response.status == 400 { refusedCount += 1 }
        }
        #expect(refusedCount > 150)
    }

    @Test(
        "refuses shapes that no tensor can have",
        arguments: ["[2]", "[0]", "[-1]", "[]", "[1, 1]", "[4611686018427387904, 4]", "[9223372036854775807, 2]"])
    func refuses(shape: String) async throws {
        let (header, bytes) = Self.request([Self.pictures[0]], shape: shape)
        let response = try await Self.infer("clip", header, bytes, outputs: "json")
        #expect(response.status == 400)
        let error = try JSONValue(parsing: response.body)
        #expect(error.object?.names == ["error"])
        #expect(error["error"]?.string?.hasPrefix("/inputs/0/") == true)
    }

    @Test func refusesTwoLengthsOfTheHeader() async throws {
        let (header, bytes) = Self.request(Self.pictures)
        let length = (name: Self.lengthName, value: "\(header.count)")
        let response = try await EmbeddedServer.post(
            "/v2/models/clip/infer", header + bytes, headers: [length, length])
        #expect(response.status == 400)
    }

    /// The JSON and the bytes of a request.
    private static func request(_ files: [[UInt8]], shape: String? = nil) -> (header: [UInt8], bytes: [UInt8]) {
        let bytes = files.flatMap { littleEndian(UInt32($0.count)) + $0 }
        let shape = shape ?? "[\(files.count)]"
        let header = """
            {"id": "fox", "parameters": {"binary_data_output": true}, "inputs": [{"name": "image", "datatype": "BYTES", \
            "shape": \(shape), "parameters": {"binary_data_size": \(bytes.count)}}]}
            """
        return (Array(header.utf8), bytes)
    }

    private static func infer(
        _ model: String, _ header: [UInt8], _ bytes: [UInt8], outputs: String
    ) async throws -> Response {
        var header = header
        if outputs == "json" {
            header = Array(String(decoding: header, as: UTF8.self).replacing("true", with: "false").utf8)
        }
        return try await EmbeddedServer.post(
            "/v2/models/\(model)/infer", header + bytes, headers: [(lengthName, "\(header.count)")])
    }

    private static func nativeScores(of model: String) async throws -> [JSONValue] {
        let images = pictures.map { "\"\(Base64.encode($0))\"" }.joined(separator: ",")
        let response = try await EmbeddedServer.post(
            "/v1/scores", #"{"images": [\#(images)], "scorers": ["\#(model)"]}"#)
        let data = try JSONValue(parsing: response.body)["data"]?.array ?? []
        #expect(data.count == pictures.count)
        return data.compactMap { $0["scores"]?.array?.first }
    }

    /// A tensor of the protocol, made of the native answer.
    private static func bytes(of output: String, in scores: [JSONValue]) -> [UInt8] {
        scores.flatMap { score -> [UInt8] in
            switch output {
            case "top_label":
                let label = Array((score["top"]?.array?.first?["label"]?.string ?? "").utf8)
                return littleEndian(UInt32(label.count)) + label
            case "probs": return (score["probabilities"]?.object?.fields ?? []).flatMap { single($0.value) }
            default: return single(score[output] ?? .null)
            }
        }
    }

    private static func single(_ value: JSONValue) -> [UInt8] {
        guard case .real(let real) = value else { return [] }
        return littleEndian(Float(real).bitPattern)
    }

    private static func littleEndian(_ bits: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
    }

    private static func flip(_ body: inout [UInt8], in range: Range<Int>, _ source: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...8, using: &source) {
            body[Int.random(in: range, using: &source)] ^= 1 << UInt8.random(in: 0..<8, using: &source)
        }
    }
}

extension JSONValue {
    fileprivate var integer: Int? {
        guard case .integer(let integer) = self else { return nil }
        return Int(integer)
    }
}
