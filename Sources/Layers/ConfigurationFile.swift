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
            let text = Self.withoutPythonNumbers(file.bytes(in: 0..<file.size))
            root = JSONCursor(try JSONValue(parsing: text))
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

    /// The same text with `-Infinity`, `Infinity` and `NaN` outside of strings made `null`.
    ///
    /// Python writes numbers that JSON does not have: each DPM++ folder that diffusers saves holds
    /// `"lambda_min_clipped": -Infinity`. A field that is null counts as absent, or is refused where it must be there.
    private static func withoutPythonNumbers(_ text: [UInt8]) -> [UInt8] {
        let names = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
        guard names.contains(where: { name in text.contains(name) }) else { return text }
        var result: [UInt8] = []
        var index = 0
        var isInString = false
        while index < text.count {
            let rest = text[index...]
            if !isInString, let name = names.first(where: rest.starts) {
                result += Array("null".utf8)
                index += name.count
                continue
            }
            if isInString, text[index] == UInt8(ascii: "\\"), index + 1 < text.count {
                result += text[index...index + 1]
                index += 2
                continue
            }
            if text[index] == UInt8(ascii: "\"") { isInString.toggle() }
            result.append(text[index])
            index += 1
        }
        return result
    }
}
