package import JSON
import Tensors

/// A JSON file of a model folder, such as `config.json`.
package struct ConfigurationFile: Sendable {
    /// Where it lies, as errors name it.
    package let path: String
    /// The whole document.
    package let root: JSONCursor

    /// Reads a file of at most `maximumByteCount` bytes, which must hold a JSON object.
    package init(_ path: String, maximumByteCount: Int = 1 << 20) throws(ModelError) {
        self.path = path
        let file: MappedFile
        do throws(MappedFileError) {
            file = try MappedFile(path: path)
        } catch {
            throw .unreadable(file: path, reason: error.reason)
        }
        guard file.size <= maximumByteCount else {
            throw .malformed(file: path, reason: "\(file.size) bytes; at most \(maximumByteCount) are accepted")
        }
        do throws(JSONError) {
            root = JSONCursor(try JSONValue(parsing: file.bytes(in: 0..<file.size)))
        } catch {
            throw .malformed(file: path, reason: error.description)
        }
        _ = try read { root throws(JSONFieldError) in try root.object() }
    }

    /// Reads fields, and names the file in what is thrown.
    package func read<Fields>(_ body: (JSONCursor) throws(JSONFieldError) -> Fields) throws(ModelError) -> Fields {
        do throws(JSONFieldError) {
            return try body(root)
        } catch {
            throw .configuration(error, file: path)
        }
    }

    /// The error for a field whose value is not implemented.
    package func unsupported(_ field: JSONCursor) -> ModelError {
        .unsupported(
            file: path, pointer: field.pointer, value: String(decoding: field.value.encoded(), as: UTF8.self))
    }
}
