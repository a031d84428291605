import CLIP
import Diffusion
import GAN
package import JSON
import Layers
import Perception
import Tensors

/// What a model folder holds, and what keeps it from being used.
package struct Inspection: Sendable {
    private struct Part {
        let name: String
        let className: String?
        let summary: CheckpointSummary?
    }

    private enum Kind: String {
        case pipeline
        case clip
        case gan
        case imageReward = "image-reward"
        case dino
    }

    private let folder: String
    private let kind: Kind?
    private let parts: [Part]
    /// What is missing or wrong, in words; nothing for a model that loads.
    package let problems: [String]

    /// Reads the headers of every part, and then loads the model as the server would.
    package init(folder: String) {
        self.folder = folder
        let names = Folder.names(at: folder) ?? []
        guard let kind = Self.kind(of: names, in: folder) else {
            self.kind = nil
            parts = []
            problems = ["\(folder): neither model_index.json nor config.json is there"]
            return
        }
        self.kind = kind
        var problems: [String] = []
        switch kind {
        case .pipeline: parts = Self.pipelineParts(folder, &problems)
        case .clip, .imageReward, .dino: parts = [Self.part("model", nil, folder, &problems)]
        case .gan:
            parts = ["generator", "discriminator"].map {
                Self.part($0, nil, "\(folder)/\($0).safetensors", &problems)
            }
        }
        if problems.isEmpty { problems = Self.loading(folder, kind) }
        self.problems = problems
    }

    /// The report for `liminal inspect`.
    package var json: JSONValue {
        [
            "folder": .string(folder), "kind": kind.map { .string($0.rawValue) } ?? nil,
            "parts": .array(parts.map(Self.json)), "problems": .array(problems.map(JSONValue.string)),
        ]
    }

    private static func kind(of names: [String], in folder: String) -> Kind? {
        if names.contains("model_index.json") { return .pipeline }
        guard names.contains("config.json") else { return nil }
        if names.contains("generator.safetensors") || names.contains("discriminator.safetensors") { return .gan }
        if names.contains("vocab.txt") { return .imageReward }
        return modelType(folder) == "vit" ? .dino : .clip
    }

    /// What a configuration calls itself; nil for one that can't be read, which loading will say.
    private static func modelType(_ folder: String) -> String? {
        do throws(ModelError) {
            return try ConfigurationFile(folder + "/config.json").root.value["model_type"]?.string
        } catch {
            return nil
        }
    }

    /// The parts that `model_index.json` names, each a folder of its own.
    private static func pipelineParts(_ folder: String, _ problems: inout [String]) -> [Part] {
        let index: ConfigurationFile
        do throws(ModelError) {
            index = try ConfigurationFile(folder + "/model_index.json")
        } catch {
            problems.append("\(error)")
            return []
        }
        var parts: [Part] = []
        for name in index.root.value.object?.names ?? [] {
            guard let className = index.root.value[name]?.array?.last?.string else { continue }
            let path = "\(folder)/\(name)"
            if Folder.exists(path) {
                parts.append(part(name, className, path, &problems))
            } else {
                problems.append("\(path): no such folder")
            }
        }
        return parts
    }

    /// A part and, unless it is one without weights, what its files hold.
    private static func part(
        _ name: String, _ className: String?, _ path: String, _ problems: inout [String]
    ) -> Part {
        let hasNoWeights = Folder.names(at: path)?.contains("config.json") == false
        if hasNoWeights { return Part(name: name, className: className, summary: nil) }
        do throws(WeightsError) {
            return Part(name: name, className: className, summary: try CheckpointSummary(contentsOf: path))
        } catch {
            problems.append("\(ModelError.weights(error, file: path))")
            return Part(name: name, className: className, summary: nil)
        }
    }

    private static func loading(_ folder: String, _ kind: Kind) -> [String] {
        do throws(ModelError) {
            let device = Device(threads: 1)
            switch kind {
            case .pipeline: _ = try Pipeline(folder: folder, on: device)
            case .clip: _ = try CLIPModel(folder: folder, on: device)
            case .gan: _ = try CANModel(folder: folder, on: device)
            case .imageReward: _ = try ImageRewardModel(folder: folder, on: device)
            case .dino: _ = try DINOModel(folder: folder, on: device)
            }
            return []
        } catch {
            return ["\(error)"]
        }
    }

    private static func json(_ part: Part) -> JSONValue {
        var json: JSONObject = ["name": .string(part.name)]
        if let className = part.className { json["class"] = .string(className) }
        guard let summary = part.summary else { return .object(json) }
        json["files"] = .integer(Int64(summary.fileCount))
        json["tensors"] = .integer(Int64(summary.tensorCount))
        json["parameters"] = .integer(Int64(summary.parameterCount))
        json["bytes"] = .integer(Int64(summary.byteCount))
        let precisions = summary.scalarCounts.sorted { $0.key < $1.key }
        json["precision"] = .object(JSONObject(precisions.map { ($0.key, .integer(Int64($0.value))) }))
        return .object(json)
    }
}
