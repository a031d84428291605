import JSON
package import Tensors

extension Device {
    /// The device that tests share.
    package static let forTests = Device(threads: 2)
}

/// A golden file: reference inputs and outputs by name, as the scripts in `Tools` write them.
///
/// The files are safetensors, but this reader shares no code with the one under test.
package struct Golden {
    private let header: JSONCursor
    private let data: [UInt8]

    /// Why a golden file cannot be used.
    package enum Failure: Error {
        case missing(name: String)
        case type(name: String, String)
    }

    /// Reads a file of `Tests/Golden`.
    package init(_ path: String) throws { try self.init(contentsOf: Repository.golden(path)) }

    /// Reads a safetensors file anywhere.
    package init(contentsOf path: String) throws {
        let file = try MappedFile(path: path)
        let count = Self.integer(file.bytes(in: 0..<8))
        header = JSONCursor(try JSONValue(parsing: file.bytes(in: 8..<8 + count)))
        data = file.bytes(in: 8 + count..<file.size)
    }

    /// The names of all tensors, first written first.
    package var names: [String] { (try? header.object().names.filter { $0 != "__metadata__" }) ?? [] }

    /// A text of the file's metadata.
    package func text(_ name: String) throws -> String {
        try header.required("__metadata__").required(name).string()
    }

    /// The texts that the metadata holds as a JSON array.
    package func texts(_ name: String) throws -> [String] {
        try JSONCursor(JSONValue(parsing: Array(text(name).utf8))).array().map { try $0.string() }
    }

    /// The shape of a tensor.
    package func shape(_ name: String) throws -> [Int] {
        guard let entry = header.field(name) else { throw Failure.missing(name: name) }
        return try entry.required("shape").array().map { try $0.integer() }
    }

    /// A tensor of floating-point scalars.
    package func tensor(_ name: String, on device: Device = .forTests) throws -> Tensor {
        Tensor(try floats(name), shape: try shape(name), on: device)
    }

    /// The scalars of a floating-point tensor.
    package func floats(_ name: String) throws -> [Float] {
        let (type, bytes) = try contents(name)
        switch type {
        case "F32": return Self.groups(of: 4, bytes) { Float(bitPattern: UInt32(Self.integer($0))) }
        case "F16": return Self.groups(of: 2, bytes) { Float(Float16(bitPattern: UInt16(Self.integer($0)))) }
        case "BF16": return Self.groups(of: 2, bytes) { Float(bitPattern: UInt32(Self.integer($0)) << 16) }
        default: throw Failure.type(name: name, type)
        }
    }

    /// The scalars of a tensor of 64-bit floating-point numbers.
    package func doubles(_ name: String) throws -> [Double] {
        let (type, bytes) = try contents(name)
        guard type == "F64" else { throw Failure.type(name: name, type) }
        return Self.groups(of: 8, bytes) { Double(bitPattern: UInt64(bitPattern: Int64(Self.integer($0)))) }
    }

    /// The scalars of a tensor of integers.
    package func integers(_ name: String) throws -> [Int] {
        let (type, bytes) = try contents(name)
        switch type {
        case "I64": return Self.groups(of: 8, bytes) { Self.integer($0) }
        case "I32": return Self.groups(of: 4, bytes) { Int(Int32(truncatingIfNeeded: Self.integer($0))) }
        case "U8": return bytes.map(Int.init)
        default: throw Failure.type(name: name, type)
        }
    }

    /// The bytes of a tensor of any type.
    package func bytes(_ name: String) throws -> [UInt8] { Array(try contents(name).bytes) }

    private func contents(_ name: String) throws -> (type: String, bytes: ArraySlice<UInt8>) {
        guard let entry = header.field(name) else { throw Failure.missing(name: name) }
        let offsets = try entry.required("data_offsets").array().map { try $0.integer() }
        return (try entry.required("dtype").string(), data[offsets[0]..<offsets[1]])
    }

    private static func groups<Scalar>(
        of width: Int, _ bytes: ArraySlice<UInt8>, _ scalar: (ArraySlice<UInt8>) -> Scalar
    ) -> [Scalar] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: width).map { scalar(bytes[$0..<$0 + width]) }
    }

    private static func integer(_ littleEndian: some BidirectionalCollection<UInt8>) -> Int {
        Int(bitPattern: littleEndian.reversed().reduce(UInt(0)) { $0 << 8 | UInt($1) })
    }
}
