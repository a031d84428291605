import JSON

/// An input tensor of a request: texts of its JSON, or byte strings from behind it.
struct InferenceInput {
    /// The elements of a vector.
    enum Elements {
        case json([JSONCursor])
        case binary([ArraySlice<UInt8>])
    }

    /// What it is called.
    let name: String
    /// The elements.
    let elements: Elements
    private let pointer: String

    private static let maximumRank = 8
    private static let binarySizeName = "binary_data_size"

    /// Reads an input of a model; takes what is its own from the front of the bytes.
    init(_ field: JSONCursor, of model: InferenceModel, binary: inout ArraySlice<UInt8>) throws(APIError) {
        pointer = field.pointer
        let count: Int
        let size: JSONCursor?
        let data: [JSONCursor]
        do throws(JSONFieldError) {
            try field.refuseUnknownFields(["name", "datatype", "shape", "parameters", "data"])
            name = try field.required("name").choice(of: model.inputs.map(\.name))
            _ = try field.required("datatype").choice(of: ["BYTES"])
            count = try Self.count(field.required("shape"))
            try field.field("parameters")?.refuseUnknownFields([Self.binarySizeName])
            size = field.field("parameters")?.field(Self.binarySizeName)
            data = size == nil ? try Self.data(field, count: count) : []
            elements = size == nil ? .json(data) : .binary(try Self.take(field, size, count, from: &binary))
        } catch {
            throw APIError(error)
        }
    }

    /// How many elements there are.
    var count: Int {
        switch elements {
        case .json(let fields): fields.count
        case .binary(let elements): elements.count
        }
    }

    /// Decodes pictures: base64 in JSON, files behind it.
    func append(to uploaded: inout UploadedImages) async throws(APIError) {
        switch elements {
        case .json(let fields): try await uploaded.append(fields)
        case .binary(let files):
            for (index, file) in files.enumerated() {
                try uploaded.append(encoded: Array(file), at: .pointer("\(pointer)/data/\(index)"))
            }
        }
    }

    /// Reads texts.
    func texts(maximumLength: Int) throws(APIError) -> [String] {
        do throws(JSONFieldError) {
            var texts: [String] = []
            for field in fields { texts.append(try field.string(maximumLength: maximumLength)) }
            return texts
        } catch {
            throw APIError(error)
        }
    }

    /// The elements as those of a JSON body; what is not UTF-8 is no text.
    private var fields: [JSONCursor] {
        switch elements {
        case .json(let fields): fields
        case .binary(let elements):
            elements.enumerated().map { index, bytes in
                let text = String(validating: bytes, as: UTF8.self).map(JSONValue.string) ?? .null
                return JSONCursor(text, pointer: "\(pointer)/data/\(index)")
            }
        }
    }

    /// How many elements a shape has, which must be that of a vector.
    private static func count(_ field: JSONCursor) throws(JSONFieldError) -> Int {
        var count = 1
        let sides = try field.array(maximumCount: maximumRank)
        for side in sides {
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: try side.integer(in: 0...Int.max))
            guard !isTooLarge else {
                throw .outOfRange(pointer: field.pointer, expected: "of a size that can be", actual: "too large")
            }
            count = product
        }
        guard sides.count == 1 else {
            throw .outOfRange(pointer: field.pointer, expected: "of one dimension", actual: "of \(sides.count)")
        }
        guard (1...UploadedImages.maximumCount).contains(count) else {
            throw .outOfRange(
                pointer: field.pointer, expected: "in [1]...[\(UploadedImages.maximumCount)]", actual: "[\(count)]")
        }
        return count
    }

    private static func data(_ field: JSONCursor, count: Int) throws(JSONFieldError) -> [JSONCursor] {
        let data = try field.required("data")
        let elements = try data.array(maximumCount: UploadedImages.maximumCount)
        guard elements.count == count else {
            throw .outOfRange(
                pointer: data.pointer, expected: "as long as the shape says, \(count)", actual: "\(elements.count)")
        }
        return elements
    }

    private static func take(
        _ field: JSONCursor, _ size: JSONCursor?, _ count: Int, from binary: inout ArraySlice<UInt8>
    ) throws(JSONFieldError) -> [ArraySlice<UInt8>] {
        guard let size else { return [] }
        if let data = field.field("data") {
            throw .outOfRange(
                pointer: data.pointer, expected: "absent where '\(binarySizeName)' is given", actual: "there as well")
        }
        let length = try size.integer(in: 0...binary.count)
        guard let elements = BinaryElements.decode(binary.prefix(length), count: count) else {
            throw .outOfRange(
                pointer: size.pointer, expected: "that of \(count) elements, each behind its length in four bytes",
                actual: "\(length) bytes that are not so divided")
        }
        binary = binary.dropFirst(length)
        return elements
    }
}
