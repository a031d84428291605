import JSON

/// A safetensors file to be written: tensors of 32-bit floats, and metadata.
///
/// The layout is that of https://github.com/huggingface/safetensors#format, the header padded to eight bytes.
package struct SafetensorsDocument: Sendable {
    private var header = JSONObject()
    private var data: [UInt8] = []

    /// A file without tensors.
    package init(metadata: [(String, String)] = []) {
        guard !metadata.isEmpty else { return }
        header["__metadata__"] = .object(JSONObject(metadata.map { ($0, .string($1)) }))
    }

    /// Adds a tensor of a new name, its scalars in row-major order.
    package mutating func append(_ name: String, _ scalars: [Float], shape: [Int]) {
        precondition(scalars.count == shape.reduce(1, *), "\(scalars.count) scalars for shape \(shape)")
        precondition(header[name] == nil, "two tensors called \(name)")
        let start = data.count
        for scalar in scalars {
            let bits = scalar.bitPattern
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                data.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        header[name] = [
            "dtype": "F32", "shape": .array(shape.map { .integer(Int64($0)) }),
            "data_offsets": [.integer(Int64(start)), .integer(Int64(data.count))],
        ]
    }

    /// The file's bytes.
    package func encoded() -> [UInt8] {
        var text = JSONValue.object(header).encoded()
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let prefix = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return prefix + text + data
    }
}
