package import Diffusion
import Dispatch
import Synchronization
package import Tensors

/// The adapters of `weights/adapters`: a folder or a file each, read when first asked for, also those that are new.
package final class AdapterShelf: Sendable {
    private struct Kept {
        let adapter: Adapter
        /// The file, and when it was written: another file under the name is another adapter.
        let file: FileStamp
    }

    private let folder: String
    private let device: Device
    private let kept = Mutex<[Kept]>([])  // the most recently used first
    private let queue = DispatchQueue(label: "liminal.adapters", qos: .userInitiated)

    private static let suffix = ".safetensors"
    /// How many numbers stay in memory: 1 GiB.
    private static let maximumKeptCount = 1 << 28

    /// The adapters of a folder, which need not exist.
    package init(folder: String, on device: Device) { (self.folder, self.device) = (folder, device) }

    /// What requests can name.
    package var names: [String] { files.map(\.name) }

    /// The adapter of a name, read on a thread of the shelf's own; `place` is where the request names it.
    package func adapter(_ name: String, at place: APIError.Place) async throws(APIError) -> Adapter {
        guard let file = files.first(where: { $0.name == name }) else {
            let names = names.map { "'\($0)'" }.joined(separator: ", ")
            throw APIError(
                .adapterNotFound,
                "names no adapter, but '\(name.shortened)'; \(names.isEmpty ? "there is none" : "there are: \(names)")",
                at: place)
        }
        let result = await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: Result { () throws(AdapterError) in try read(file) })
            }
        }
        do throws(AdapterError) {
            return try result.get()
        } catch {
            throw APIError(.modelLoadFailed, "Adapter '\(name)' can't be loaded: \(error.message).")
        }
    }

    private typealias File = (name: String, path: String, isFolder: Bool)

    /// Names of folders and of files; only what the folder lists is ever opened.
    private var files: [File] {
        (Folder.names(at: folder) ?? []).compactMap { entry in
            let path = "\(folder)/\(entry)"
            if Folder.exists(path) { return (entry, path, true) }
            return entry.hasSuffix(Self.suffix) ? (String(entry.dropLast(Self.suffix.count)), path, false) : nil
        }
    }

    private func read(_ file: File) throws(AdapterError) -> Adapter {
        var path = file.path
        if file.isFolder { path += "/" + (try Adapter.fileName(among: Folder.names(at: path) ?? [])) }
        let stamp = FileStamp(path)
        let found = kept.withLock { kept -> Adapter? in
            guard let index = kept.firstIndex(where: { $0.adapter.name == file.name && $0.file == stamp }) else {
                return nil
            }
            let entry = kept.remove(at: index)
            kept.insert(entry, at: 0)
            return entry.adapter
        }
        if let found { return found }
        let adapter = try Adapter(name: file.name, contentsOf: path, on: device)
        kept.withLock { kept in
            kept.removeAll { $0.adapter.name == file.name }
            if let stamp { kept.insert(Kept(adapter: adapter, file: stamp), at: 0) }
            while kept.count > 1, kept.reduce(0, { $0 + $1.adapter.parameterCount }) > Self.maximumKeptCount {
                kept.removeLast()
            }
        }
        return adapter
    }
}
