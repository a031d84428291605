import JSON
import Layers
import TestSupport

/// A copy of a golden folder whose files a test spoils.
struct FolderCase {
    let path: String
    private let folder: TemporaryFolder
    private let name: String

    /// Copies a folder of `Tests/Golden/perception`.
    init(_ source: String) throws {
        folder = try TemporaryFolder()
        path = try folder.copy(Repository.golden("perception/\(source)"))
        name = path.split(separator: "/").last.map(String.init) ?? ""
    }

    /// Replaces a field of one of the folder's configurations; nil removes it.
    func set(_ value: JSONValue?, at names: [String], in file: String = "config.json") throws {
        func replaced(_ object: JSONValue, _ names: ArraySlice<String>) -> JSONValue {
            guard let name = names.first, case .object(var fields) = object else { return object }
            fields[name] = names.count == 1 ? value : replaced(fields[name] ?? [:], names.dropFirst())
            return .object(fields)
        }
        let root = try ConfigurationFile("\(path)/\(file)").root.value
        try folder.write(replaced(root, names[...]).encoded(), to: "\(name)/\(file)")
    }

    /// Replaces a file.
    func write(_ bytes: [UInt8], to file: String) throws { try folder.write(bytes, to: "\(name)/\(file)") }

    /// Replaces a file by a text.
    func write(_ text: String, to file: String) throws { try write(Array(text.utf8), to: file) }

    /// Why a model is refused, or nil when it is not.
    func refusal(_ load: (String) throws(ModelError) -> Void) -> ModelError? {
        do throws(ModelError) {
            try load(path)
            return nil
        } catch {
            return error
        }
    }
}
