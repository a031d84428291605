import JSON

/// The bytes of safetensors files for tests, well-formed or not.
package enum SafetensorsFixture {
    /// A tensor to be written.
    package struct Entry {
        /// The checkpoint's name for it.
        package let name: String
        /// The format's name of its scalar type.
        package let type: String
        /// Its shape.
        package let shape: [Int]
        /// Its scalars, little-endian.
        package let bytes: [UInt8]

        /// A tensor of bytes as they are.
        package init(_ name: String, type: String, shape: [Int], bytes: [UInt8]) {
            self.name = name
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }

        /// A tensor of 32-bit scalars.
        package init(_ name: String, shape: [Int], _ scalars: [Float]) {
            let bytes = scalars.flatMap { scalar in (0..<4).map { UInt8(scalar.bitPattern >> (8 * $0) & 255) } }
            self.init(name, type: "F32", shape: shape, bytes: bytes)
        }
    }

    /// A well-formed file of some tensors, in the given order.
    package static func file(_ entries: [Entry], metadata: [String: String] = [:]) -> [UInt8] {
        var header = JSONObject()
        if !metadata.isEmpty {
            header["__metadata__"] = .object(JSONObject(metadata.sorted(by: <).map { ($0, .string($1)) }))
        }
        var offset = 0
        for entry in entries {
            header[entry.name] = [
                "dtype": .string(entry.type), "shape": .array(entry.shape.map { .integer(Int64($0)) }),
                "data_offsets": [.integer(Int64(offset)), .integer(Int64(offset + entry.bytes.count))],
            ]
            offset += entry.bytes.count
        }
        let text = String(decoding: JSONValue.object(header).encoded(), as: UTF8.self)
        return file(header: text, data: entries.flatMap(\.bytes))
    }

    /// A file of a header as it is, which may announce another length than it has.
    package static func file(header: String, data: [UInt8], announcing length: UInt64? = nil) -> [UInt8] {
        let text = Array(header.utf8)
        let length = length ?? UInt64(text.count)
        return (0..<8).map { UInt8(length >> (8 * $0) & 255) } + text + data
    }
}
