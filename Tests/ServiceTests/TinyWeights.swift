import Foundation
import Logging
import Service
import TestSupport

/// A weights folder of tiny pipelines, each of which takes 2.9 MiB of memory.
struct TinyWeights {
    private let folder: TemporaryFolder

    /// Pipelines of the golden files under names of the test's own.
    init(_ names: [String]) throws {
        folder = try TemporaryFolder()
        for name in names { try add(name, in: "diffusion") }
    }

    var path: String { folder.path }

    /// Links one more into a folder.
    func add(_ name: String, in parent: String) throws {
        let target = "\(path)/\(parent)/\(name)"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for part in ["model_index.json", "scheduler", "text_encoder", "unet", "vae"] {
            try link(Repository.golden("diffusion/sd15/\(part)"), as: "\(target)/\(part)")
        }
        try link(Repository.weights("diffusion/emoji/tokenizer"), as: "\(target)/tokenizer")
    }

    /// Renames a tensor, which no header tells from a good one; returns the file.
    func breakTheUNet(of name: String) throws -> String {
        let unet = "\(path)/diffusion/\(name)/unet"
        try FileManager.default.removeItem(atPath: unet)
        try FileManager.default.copyItem(atPath: Repository.golden("diffusion/sd15/unet"), toPath: unet)
        let file = "\(unet)/diffusion_pytorch_model.safetensors"
        try replace("\"conv_in.weight\"", with: "\"conv_in.wight0\"", in: file)
        return file
    }

    /// Makes a broken file good again.
    func mend(_ file: String) throws { try replace("\"conv_in.wight0\"", with: "\"conv_in.weight\"", in: file) }

    /// In single precision, so that a model takes the same memory on every CPU.
    func registry(_ flags: [String: String] = [:]) throws -> ModelRegistry {
        let fixed = ["weights": path, "data": path + "/data", "precision": "fp32"]
        let configuration = try Configuration(flags: flags.merging(fixed) { $1 })
        return try ModelRegistry(configuration)
    }

    func application() throws -> Application {
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        return Application(registry: try registry(), queue: .forTests(length: 8), logger: logger)
    }

    private func link(_ source: String, as target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: target, withDestinationPath: source)
    }

    private func replace(_ old: String, with new: String, in file: String) throws {
        let url = URL(fileURLWithPath: file)
        var data = try Data(contentsOf: url)
        guard let range = data.range(of: Data(old.utf8)) else { throw CocoaError(.fileReadCorruptFile) }
        data.replaceSubrange(range, with: Data(new.utf8))
        try data.write(to: url)
    }
}
