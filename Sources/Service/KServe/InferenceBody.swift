import HTTP
import JSON

/// The JSON of a request, and the bytes of tensors behind it (binary tensor data extension of the Open Inference Protocol).
struct InferenceBody {
    /// The header of requests and answers that says where JSON ends.
    static let lengthName = "Inference-Header-Content-Length"

    /// The JSON.
    let json: JSONCursor
    /// What follows it.
    let binary: ArraySlice<UInt8>

    /// Divides a body.
    init(_ request: Request) throws(APIError) {
        let lengths = request.headers.filter { $0.name.lowercased() == Self.lengthName.lowercased() }.map(\.value)
        guard let text = lengths.first else {
            json = try RequestBody.json(request)
            binary = []
            return
        }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard lengths.count == 1, text.utf8.allSatisfy(digits.contains), let length = Int(text),
            length <= request.body.count
        else {
            throw APIError(
                .outOfRange,
                "must be one number, at most the body's \(request.body.count) bytes, not "
                    + "'\(lengths.joined(separator: ", ").shortened)'", at: .parameter(Self.lengthName))
        }
        json = try RequestBody.json(Array(request.body[..<length]))
        binary = request.body[length...]
    }
}

/// The elements of a `BYTES` tensor: each has its length in front of it, as four bytes, the least significant first.
enum BinaryElements {
    private static let lengthSize = 4

    /// The elements of a tensor that has as many; nil unless they fill the bytes exactly.
    static func decode(_ bytes: ArraySlice<UInt8>, count: Int) -> [ArraySlice<UInt8>]? {
        guard count <= bytes.count / lengthSize else { return nil }
        var elements: [ArraySlice<UInt8>] = []
        var rest = bytes
        for _ in 0..<count {
            guard rest.count >= lengthSize else { return nil }
            let length = rest.prefix(lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(lengthSize)
            guard length <= rest.count else { return nil }
            elements.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty ? elements : nil
    }

    /// The bytes of texts.
    static func encode(_ texts: [String]) -> [UInt8] {
        texts.flatMap { text in
            let bytes = Array(text.utf8)
            return littleEndian(UInt32(bytes.count)) + bytes
        }
    }

    /// The bytes of numbers.
    static func encode(_ numbers: [Float]) -> [UInt8] { numbers.flatMap { littleEndian($0.bitPattern) } }

    private static func littleEndian(_ bits: UInt32) -> [UInt8] {
        (0..<lengthSize).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
    }
}
