import Diffusion
import Digests
import JSON
import Layers

/// The pipelines under the names by which clients of AUTOMATIC1111's API know checkpoints.
///
/// An actor with a thread of its own: the digest of gigabytes takes seconds, once a pipeline.
actor WebUICheckpoints {
    private let executor = QueueExecutor(label: "liminal.digests")
    /// The thread on which files are read.
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let shelf: PipelineShelf
    private var digests: [String: String] = [:]

    private static let shortDigestLength = 10  // modules/sd_models.py, CheckpointInfo.shorthash

    init(_ shelf: PipelineShelf) { self.shelf = shelf }

    /// The pipeline of a checkpoint's name, with or without ` [digest]` after it.
    private nonisolated func id(named name: String, at pointer: String) throws(APIError) -> String {
        if shelf.entry(name) != nil { return name }
        let parts = name.split(separator: " [", maxSplits: 1)
        if parts.count == 2, parts[1].hasSuffix("]"), shelf.entry(String(parts[0])) != nil { return String(parts[0]) }
        let ids = shelf.all.map { "'\($0.folder.id)'" }.joined(separator: ", ")
        throw APIError(
            .modelNotFound, "names no checkpoint, but '\(name.shortened)'; there are \(ids)", at: .pointer(pointer))
    }

    /// The pipeline that a request's `override_settings` name, if they do.
    nonisolated func named(by body: JSONCursor) throws(APIError) -> String? {
        try named(in: body.field("override_settings")?.field("sd_model_checkpoint"))
    }

    /// The pipeline that a field names; nil where it is absent or empty.
    nonisolated func named(in field: JSONCursor?) throws(APIError) -> String? {
        guard let field else { return nil }
        let name: String
        do throws(JSONFieldError) { name = try field.string(maximumLength: 256) } catch { throw APIError(error) }
        return name.isEmpty ? nil : try id(named: name, at: field.pointer)
    }

    /// The scheduler of a pipeline.
    nonisolated func scheduler(of id: String) -> SchedulerKind? { shelf.entry(id)?.folder.summary.schedulerKind }

    /// The entries of `/sd-models`.
    func list() throws(APIError) -> [JSONValue] {
        var entries: [JSONValue] = []
        for (folder, _) in shelf.all {
            let digest = try digest(of: folder)
            entries.append([
                "title": .string(folder.id), "model_name": .string(folder.id),
                "hash": .string(String(digest.prefix(Self.shortDigestLength))), "sha256": .string(digest),
                "filename": .string("\(folder.id)/\(Self.unetFile(of: folder) ?? "")"), "config": nil,
            ])
        }
        return entries
    }

    /// The first digits of the digest by which texts name a checkpoint.
    func shortDigest(of id: String) throws(APIError) -> String {
        guard let entry = shelf.entry(id) else { return "" }
        return String(try digest(of: entry.folder).prefix(Self.shortDigestLength))
    }

    /// The SHA-256 of the U-Net's file, or of its index if it is in shards.
    private func digest(of folder: PipelineFolder) throws(APIError) -> String {
        if let digest = digests[folder.id] { return digest }
        guard let file = Self.unetFile(of: folder) else {
            throw APIError(.internalError, "The checkpoint '\(folder.id)' has lost its file.")
        }
        do throws(DigestError) {
            let digest = try SHA256.digest(ofFile: "\(folder.path)/\(file)").hexadecimal
            digests[folder.id] = digest
            return digest
        } catch {
            throw APIError(.internalError, "The checkpoint '\(folder.id)' can't be read: \(error).")
        }
    }

    private static func unetFile(of folder: PipelineFolder) -> String? {
        Weights.fileName(in: folder.path + "/unet").map { "unet/\($0)" }
    }
}
