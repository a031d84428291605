import Layers
import Tensors
import TestSupport
import Testing

/// A file that breaks the format, under the name of what is wrong with it.
struct MalformedFile: Sendable, CustomTestStringConvertible {
    let what: String
    let bytes: [UInt8]
    var testDescription: String { what }

    init(_ what: String, _ header: String, data: Int = 16, announcing length: UInt64? = nil) {
        self.what = what
        bytes = SafetensorsFixture.file(
            header: header, data: [UInt8](repeating: 0, count: data), announcing: length)
    }

    init(_ what: String, bytes: [UInt8]) {
        self.what = what
        self.bytes = bytes
    }

    private static func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    static let a = tensor("a", "F32", "[2]", "[0,8]")
    static let b = tensor("b", "F32", "[2]", "[8,16]")

    static let lengths = [
        MalformedFile("an empty file", bytes: []),
        MalformedFile("seven bytes", bytes: [1, 0, 0, 0, 0, 0, 0]),
        MalformedFile("a header past the end", "{\(a),\(b)}", announcing: 10_000),
        MalformedFile("a header of 2^63 bytes", "{\(a),\(b)}", announcing: 1 << 63),
        MalformedFile("a header of 2^64 - 1 bytes", "{\(a),\(b)}", announcing: .max),
        MalformedFile("a header over 16 MiB", "{\(a),\(b)}", data: 17 << 20, announcing: (16 << 20) + 1),
        MalformedFile("a header cut short", "{\(a),\(b)}", announcing: 40),
        MalformedFile("no header", "", data: 0),
    ]
    static let texts = [
        MalformedFile("an array", "[]", data: 0),
        MalformedFile("leading white space", " {}", data: 0),
        MalformedFile("a byte order mark", "\u{FEFF}{}", data: 0),
        MalformedFile("a pickle renamed", bytes: [0x80, 2, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x80, count: 1000)),
        MalformedFile("a name twice", "{\(a),\(tensor("a", "F32", "[2]", "[8,16]"))}"),
        MalformedFile(
            "a name in two normal forms",
            "{\(tensor("\u{E9}", "F32", "[2]", "[0,8]")),"
                + "\(tensor("e\u{301}", "F32", "[2]", "[8,16]"))}"),
        MalformedFile("metadata that is not text", #"{"__metadata__":{"format":1},\#(a),\#(b)}"#),
        MalformedFile("metadata that is a list", #"{"__metadata__":["pt"],\#(a),\#(b)}"#),
        MalformedFile("a tensor that is null", #"{"c":null,\#(a),\#(b)}"#),
        MalformedFile("an unknown field", #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"x":1}}"#),
        MalformedFile("no type", #"{"a":{"shape":[4],"data_offsets":[0,16]}}"#),
        MalformedFile("no shape", #"{"a":{"dtype":"F32","data_offsets":[0,16]}}"#),
        MalformedFile("no offsets", #"{"a":{"dtype":"F32","shape":[4]}}"#),
        MalformedFile("an unknown type", "{\(tensor("a", "F31", "[4]", "[0,16]"))}"),
        MalformedFile("a type in lower case", "{\(tensor("a", "f32", "[4]", "[0,16]"))}"),
        MalformedFile("deep nesting", String(repeating: "[", count: 100_000), data: 0),
        MalformedFile(
            "text that is not UTF-8",
            bytes: SafetensorsFixture.file(header: "{\(a),\(b)}", data: [])
                .map { $0 == UInt8(ascii: "b") ? 0xFF : $0 } + [UInt8](repeating: 0, count: 16)),
    ]
    static let extents = [
        MalformedFile("a negative extent", "{\(tensor("a", "F32", "[-4]", "[0,16]"))}"),
        MalformedFile("two negative extents", "{\(tensor("a", "F32", "[-2,-2]", "[0,16]"))}"),
        MalformedFile("an extent of 2^63", "{\(tensor("a", "F32", "[9223372036854775808]", "[0,16]"))}"),
        MalformedFile(
            "extents whose product wraps to 4", "{\(tensor("a", "F32", "[4611686018427387905,4]", "[0,16]"))}"),
        MalformedFile(
            "extents whose product overflows", "{\(tensor("a", "U8", "[65536,65536,65536,65536]", "[0,16]"))}"),
        MalformedFile("a fractional extent", "{\(tensor("a", "F32", "[4.5]", "[0,16]"))}"),
        MalformedFile("nine axes", "{\(tensor("a", "F32", "[1,1,1,1,1,1,1,1,4]", "[0,16]"))}"),
        MalformedFile("a shape that is a number", "{\(tensor("a", "F32", "4", "[0,16]"))}"),
    ]
    static let offsets = [
        MalformedFile("an end before its begin", "{\(tensor("a", "F32", "[4]", "[16,0]"))}"),
        MalformedFile("a negative begin", "{\(tensor("a", "F32", "[4]", "[-16,0]"))}"),
        MalformedFile("one offset", "{\(tensor("a", "F32", "[4]", "[16]"))}"),
        MalformedFile("three offsets", "{\(tensor("a", "F32", "[4]", "[0,16,16]"))}"),
        MalformedFile(
            "offsets near 2^63", "{\(tensor("a", "U8", "[1]", "[9223372036854775806,9223372036854775807]"))}"),
        MalformedFile("fewer bytes than the shape", "{\(tensor("a", "F32", "[4]", "[0,15]"))}", data: 15),
        MalformedFile("more bytes than the shape", "{\(tensor("a", "F16", "[4]", "[0,16]"))}"),
        MalformedFile("an overlap", "{\(a),\(tensor("b", "F32", "[2]", "[4,12]"))}", data: 12),
        MalformedFile("two tensors in one place", "{\(a),\(tensor("b", "F32", "[2]", "[0,8]"))}", data: 8),
        MalformedFile("a gap", "{\(a),\(tensor("b", "F32", "[1]", "[12,16]"))}"),
        MalformedFile("a gap at the start", "{\(b)}"),
        MalformedFile("trailing bytes", "{\(a),\(b)}", data: 17),
        MalformedFile("a truncated end", "{\(a),\(b)}", data: 15),
        MalformedFile("data but no tensor", "{}", data: 1),
        MalformedFile("nothing after the header", "{\(a),\(b)}", data: 0),
    ]
}

@Suite struct SafetensorsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ bytes: [UInt8]) throws -> Weights {
        try Weights(contentsOf: folder.write(bytes, to: "model.safetensors"), on: .forTests)
    }

    @Test func readsThreeTypesAtAnyAlignment() throws {
        let half: [UInt8] = [0x00, 0x3E, 0x00, 0xC0, 0x01, 0x00]  // 1.5, -2, 2^-24
        let brain: [UInt8] = [0xC0, 0x3F, 0x00, 0xC0]  // 1.5, -2
        let weights = try open(
            SafetensorsFixture.file(
                [
                    .init("h", type: "F16", shape: [3, 1], bytes: half),
                    .init("f", shape: [2], [0.1, -.greatestFiniteMagnitude]),
                    .init("b", type: "BF16", shape: [1, 2], bytes: brain),
                ], metadata: ["format": "pt"]))
        #expect(try weights.tensor("h", shape: [3, 1]).scalars == [1.5, -2, 0x1p-24])
        #expect(try weights.tensor("f", shape: [2]).scalars == [0.1, -.greatestFiniteMagnitude])
        #expect(try weights.tensor("b", shape: [1, 2]).scalars == [1.5, -2])
        try weights.requireAllRead()
    }

    @Test func readsScalarsAndEmptyTensors() throws {
        let weights = try open(
            SafetensorsFixture.file([.init("scale", shape: [], [4.6]), .init("empty", shape: [0, 7], [])]))
        #expect(try weights.tensor("scale", shape: []).scalars == [4.6])
        #expect(try weights.tensor("empty", shape: [0, 7]).scalars == [])
    }

    @Test func acceptsAHeaderPaddedWithSpacesAndTensorsInAnyOrder() throws {
        let header = "{\(MalformedFile.b),\(MalformedFile.a)}   "
        let weights = try open(SafetensorsFixture.file(header: header, data: [UInt8](repeating: 0, count: 16)))
        #expect(try weights.tensor("b", shape: [2]).scalars == [0, 0])
    }

    @Test(
        "refuses",
        arguments: MalformedFile.lengths + MalformedFile.texts + MalformedFile.extents + MalformedFile.offsets)
    func refuses(_ file: MalformedFile) throws {
        do {
            _ = try open(file.bytes)
            Issue.record("accepted \(file.what)")
        } catch let error as WeightsError {
            guard case .malformed(let path, let reason) = error else {
                Issue.record("\(file.what): \(error)")
                return
            }
            #expect(path.hasSuffix("model.safetensors"))
            #expect(!reason.isEmpty)
        }
    }

    @Test func refusesMoreThan20000Tensors() throws {
        func file(_ count: Int) -> [UInt8] {
            SafetensorsFixture.file((0..<count).map { .init("t\($0)", type: "U8", shape: [0], bytes: []) })
        }
        _ = try open(file(20_000))
        #expect(throws: WeightsError.self) { try open(file(20_001)) }
    }

    @Test func namesTheTensorAndBothShapesOfAWrongFile() throws {
        let weights = try open(SafetensorsFixture.file([.init("conv.weight", shape: [2, 3], [1, 2, 3, 4, 5, 6])]))
        #expect(throws: WeightsError.wrongShape(name: "conv.weight", expected: [3, 2], actual: [2, 3])) {
            try weights["conv"].tensor("weight", shape: [3, 2])
        }
        #expect(throws: WeightsError.missing(name: "conv.bias")) { try weights["conv"].tensor("bias", shape: [3]) }
    }

    @Test func refusesToReadIntegers() throws {
        let weights = try open(
            SafetensorsFixture.file([.init("ids", type: "I32", shape: [1], bytes: [1, 0, 0, 0])]))
        #expect(throws: WeightsError.unsupportedType(name: "ids", type: "I32")) {
            try weights.tensor("ids", shape: [1])
        }
    }

    @Test func refusesTensorsThatNothingReadButForInertBuffers() throws {
        let positions = [UInt8](repeating: 0, count: 16)
        let weights = try open(
            SafetensorsFixture.file([
                .init("embeddings.position_ids", type: "I64", shape: [1, 2], bytes: positions),
                .init("a", shape: [1], [1]), .init("b", shape: [1], [2]),
            ]))
        _ = try weights.tensor("b", shape: [1])
        #expect(throws: WeightsError.unexpected(name: "a")) { try weights.requireAllRead() }
        _ = try weights.tensor("a", shape: [1])
        try weights.requireAllRead()
    }

    @Test func survivesRandomDamage() throws {
        let sound = SafetensorsFixture.file(
            [.init("a", shape: [2, 2], [1, 2, 3, 4]), .init("b", type: "F16", shape: [2], bytes: [0, 60, 0, 64])],
            metadata: ["format": "pt"])
        var random = SeededGenerator(seed: 7)
        var refusals = 0
        for _ in 0..<1000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 32..<127, using: &random), at: place)
                }
            }
            do {
                let weights = try open(bytes)
                if weights.contains("a") { _ = try? weights.tensor("a", shape: [2, 2]) }
            } catch is WeightsError {
                refusals += 1
            }
        }
        #expect(refusals > 300)
    }
}
