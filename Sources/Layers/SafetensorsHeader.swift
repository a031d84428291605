import JSON

/// What a safetensors file says of its tensors.
///
/// All of it is checked against the file's size, so that no later read can leave the file. The rules are those of
/// https://github.com/huggingface/safetensors#format, with smaller limits.
struct SafetensorsHeader: Sendable {
    /// A tensor's type and place.
    struct Entry: Sendable, Equatable {
        let type: String
        let shape: [Int]
        /// Its bytes, counted from the start of the file.
        let range: Range<Int>
    }

    /// Why a header is refused.
    struct Malformation: Error {
        let reason: String
    }

    static let prefixByteCount = 8  // The header's length, little-endian.
    private static let maximumByteCount = 16 << 20
    static let maximumTensorCount = 20_000
    private static let maximumAxisCount = 8
    private static let maximumNameLength = 512

    /// The format's scalar types and the bytes that each takes.
    private static let widths = [
        "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
        "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
    ]

    let entries: [String: Entry]
    /// The texts of `__metadata__`.
    let metadata: [String: String]

    /// How many bytes of text the first eight bytes of a file announce.
    static func byteCount(prefix: [UInt8], fileSize: Int) throws(Malformation) -> Int {
        guard prefix.count == prefixByteCount else { throw Malformation(reason: "\(fileSize) bytes hold no header") }
        let count = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard count <= UInt64(maximumByteCount) else {
            throw Malformation(reason: "a header of \(count) bytes; at most \(maximumByteCount) are accepted")
        }
        guard count <= UInt64(fileSize - prefixByteCount) else {
            throw Malformation(reason: "a header of \(count) bytes in a file of \(fileSize)")
        }
        return Int(count)
    }

    /// Reads the header's text, which must account for every byte of the file after it.
    init(parsing text: [UInt8], fileSize: Int) throws(Malformation) {
        guard text.first == UInt8(ascii: "{") else { throw Malformation(reason: "the header is not a JSON object") }
        let root: JSONCursor
        do throws(JSONError) {
            root = JSONCursor(try JSONValue(parsing: text, maximumDepth: 4))
        } catch {
            throw Malformation(reason: "the header: \(error)")
        }
        let origin = Self.prefixByteCount + text.count
        do throws(JSONFieldError) {
            metadata = try Self.metadata(root)
            entries = try Self.entries(root, origin: origin)
        } catch {
            throw Malformation(reason: "the header: \(error)")
        }
        try checkCoverage(origin: origin, fileSize: fileSize)
    }

    private static func metadata(_ root: JSONCursor) throws(JSONFieldError) -> [String: String] {
        guard let field = root.field("__metadata__") else { return [:] }
        var texts: [String: String] = [:]
        for name in try field.object().names { texts[name] = try field.required(name).string() }
        return texts
    }

    private static func entries(_ root: JSONCursor, origin: Int) throws(JSONFieldError) -> [String: Entry] {
        let names = try root.object().names
        let tensorNames = names.filter { $0 != "__metadata__" }
        guard tensorNames.count <= maximumTensorCount else {
            throw .tooLong(pointer: root.pointer, maximum: maximumTensorCount, actual: tensorNames.count)
        }
        var entries: [String: Entry] = [:]
        for name in tensorNames {
            guard name.utf8.count <= maximumNameLength else {
                throw .tooLong(pointer: root.pointer, maximum: maximumNameLength, actual: name.utf8.count)
            }
            let entry = try entry(root.required(name), origin: origin)
            // JSON holds names apart that are canonically equivalent; a dictionary does not.
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw .unknown(pointer: root.pointer(to: name), nearest: nil)
            }
        }
        return entries
    }

    private static func entry(_ field: JSONCursor, origin: Int) throws(JSONFieldError) -> Entry {
        try field.refuseUnknownFields(["dtype", "shape", "data_offsets"])
        let type = try field.required("dtype").choice(of: widths.keys.sorted())
        let largest = Int.max >> 8  // Sums of two offsets stay far from overflow.
        var shape: [Int] = []
        for extent in try field.required("shape").array(maximumCount: maximumAxisCount) {
            shape.append(try extent.integer(in: 0...largest))
        }
        let offsets = try field.required("data_offsets")
        let bounds = try offsets.array(maximumCount: 2)
        guard bounds.count == 2 else {
            throw .outOfRange(pointer: offsets.pointer, expected: "two offsets", actual: "\(bounds.count)")
        }
        let begin = try bounds[0].integer(in: 0...largest)
        let end = try bounds[1].integer(in: begin...largest)
        guard byteCount(shape, width: widths[type] ?? 0) == end - begin else {
            throw .outOfRange(
                pointer: offsets.pointer, expected: "the bytes of \(type) \(shape)", actual: "\(end - begin)")
        }
        return Entry(type: type, shape: shape, range: origin + begin..<origin + end)
    }

    /// The bytes of a tensor, or nil when they overflow.
    private static func byteCount(_ shape: [Int], width: Int) -> Int? {
        var product = width
        for extent in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: extent)
            if overflows { return nil }
            product = next
        }
        return product
    }

    /// Refuses gaps, overlaps and trailing bytes.
    private func checkCoverage(origin: Int, fileSize: Int) throws(Malformation) {
        var end = origin
        let inOrder = entries.map { (name: $0, range: $1.range) }.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for (name, range) in inOrder {
            guard range.lowerBound == end else {
                throw Malformation(reason: "\(name) begins at \(range.lowerBound - origin), not at \(end - origin)")
            }
            end = range.upperBound
        }
        guard end == fileSize else {
            throw Malformation(reason: "the tensors end at \(end - origin), the data at \(fileSize - origin)")
        }
    }
}
