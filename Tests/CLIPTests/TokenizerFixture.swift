import CLIP
import Foundation
import JSON
import TestSupport

/// A folder of tokenizer files that lasts as long as the object.
final class TokenizerFixture {
    let path = FileManager.default.temporaryDirectory.appending(path: "tokenizer-\(UUID().uuidString)").path

    /// An empty folder.
    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A folder with copies of files of the repository.
    convenience init(copying files: [String], from folder: String) throws {
        try self.init()
        for file in files { try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: "\(path)/\(file)") }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ value: JSONValue, to file: String) throws { try write(value.encoded(), to: file) }

    func write(_ text: String, to file: String) throws { try write(Array(text.utf8), to: file) }

    func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(file)"))
    }

    /// The embedded vocabulary as two files, without configuration.
    static func twoFiles() throws -> TokenizerFixture {
        try TokenizerFixture(copying: ["vocab.json", "merges.txt"], from: embeddedPipeline)
    }

    /// The embedded vocabulary as one file, without configuration.
    static func oneFile() throws -> TokenizerFixture {
        try TokenizerFixture(copying: ["tokenizer.json"], from: embeddedModel)
    }

    /// OpenAI's vocabulary; its tokens follow from its merges.
    static func openAI() throws -> TokenizerFixture {
        let files = ["merges.txt", "tokenizer_config.json", "special_tokens_map.json"]
        let fixture = try TokenizerFixture(copying: files, from: Repository.golden("tokenizer/clip"))
        let merges = try String(contentsOfFile: fixture.path + "/merges.txt", encoding: .utf8)
        let printable = (33...126).map { $0 } + Array(161...172) + Array(174...255)
        let alphabet = (printable + Array(256..<(512 - printable.count)))
            .compactMap(Unicode.Scalar.init).map { String($0) }
        let joined = merges.split(separator: "\n").dropFirst().map { String($0.filter { $0 != " " }) }
        let tokens = alphabet + alphabet.map { $0 + "</w>" } + joined + ["<|startoftext|>", "<|endoftext|>"]
        try fixture.write(
            .object(JSONObject(tokens.enumerated().map { ($1, .integer(Int64($0))) })), to: "vocab.json")
        return fixture
    }

    static let embeddedPipeline = Repository.weights("diffusion/emoji/tokenizer")
    static let embeddedModel = Repository.weights("clip/emoji")
}
