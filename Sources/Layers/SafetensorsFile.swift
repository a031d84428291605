import Tensors

/// A safetensors file: mapped, its header checked, its tensors read when they are asked for.
struct SafetensorsFile: Sendable {
    let header: SafetensorsHeader
    private let file: MappedFile

    init(path: String) throws(WeightsError) {
        do throws(MappedFileError) {
            file = try MappedFile(path: path)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        do throws(SafetensorsHeader.Malformation) {
            header = try Self.header(of: file)
        } catch {
            throw .malformed(path: path, reason: error.reason)
        }
    }

    private static func header(of file: MappedFile) throws(SafetensorsHeader.Malformation) -> SafetensorsHeader {
        let prefixEnd = SafetensorsHeader.prefixByteCount
        let prefix = file.bytes(in: 0..<min(prefixEnd, file.size))
        let byteCount = try SafetensorsHeader.byteCount(prefix: prefix, fileSize: file.size)
        let text = file.bytes(in: prefixEnd..<prefixEnd + byteCount)
        return try SafetensorsHeader(parsing: text, fileSize: file.size)
    }

    /// The scalars of one of the header's entries, which are yet to be read.
    func tensor(_ name: String, _ entry: SafetensorsHeader.Entry) throws(WeightsError) -> StoredTensor {
        let type: ScalarType
        switch entry.type {
        case "F32": type = .float32
        case "F16": type = .float16
        case "BF16": type = .bfloat16
        default: throw .unsupportedType(name: name, type: entry.type)
        }
        return StoredTensor(mapped: file, byteOffset: entry.range.lowerBound, type: type, shape: entry.shape)
    }
}
