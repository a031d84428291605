import Glibc
import JSON
import Tensors

/// Reads the files of a tokenizer folder within bounds, and names them in what it throws.
struct TokenizerFolder {
    /// OpenAI's vocabulary of 49,408 tokens as transformers 5.23.0 saves it, in `tokenizer.json`, has 3.6 MB.
    static let maximumByteCount = 16 << 20
    /// The names and values of 200,000 tokens and as many merges.
    private static let maximumValueCount = 2_000_000

    let path: String

    /// The bytes of a file; nil when it does not exist.
    func bytes(of file: String) throws(TokenizerError) -> [UInt8]? {
        let mapped: MappedFile
        do throws(MappedFileError) {
            mapped = try MappedFile(path: "\(path)/\(file)")
        } catch {
            if error == .system(code: ENOENT) { return nil }
            throw .unreadable(file: file, reason: error.reason)
        }
        guard mapped.size <= Self.maximumByteCount else {
            throw .tooLarge(file: file, maximumByteCount: Self.maximumByteCount, actual: mapped.size)
        }
        return mapped.bytes(in: 0..<mapped.size)
    }

    /// A file that must be there.
    func requiredBytes(of file: String) throws(TokenizerError) -> [UInt8] {
        guard let bytes = try bytes(of: file) else {
            throw .unreadable(file: file, reason: MappedFileError.system(code: ENOENT).reason)
        }
        return bytes
    }

    /// A file's JSON; nil when the file does not exist.
    ///
    /// Integers are read as reals, because transformers writes "no maximum length" as the integer 10³⁰.
    func json(of file: String) throws(TokenizerError) -> JSONCursor? {
        guard let bytes = try bytes(of: file) else { return nil }
        return try Self.parsed(bytes, file: file)
    }

    /// The JSON of a file that must be there.
    func requiredJSON(of file: String) throws(TokenizerError) -> JSONCursor {
        try Self.parsed(try requiredBytes(of: file), file: file)
    }

    private static func parsed(_ bytes: [UInt8], file: String) throws(TokenizerError) -> JSONCursor {
        do throws(JSONError) {
            return JSONCursor(
                try JSONValue(parsing: bytes, maximumValueCount: maximumValueCount, integersAsReals: true))
        } catch {
            throw .malformed(file: file, reason: error.description)
        }
    }

    /// Reads fields, and names the file in what is thrown.
    static func reading<Fields>(
        _ file: String, _ body: () throws(JSONFieldError) -> Fields
    ) throws(TokenizerError) -> Fields {
        do throws(JSONFieldError) {
            return try body()
        } catch {
            throw .field(error, file: file)
        }
    }
}
