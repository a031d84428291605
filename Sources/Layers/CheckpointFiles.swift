import Glibc
import JSON
import Tensors

/// Which safetensors files make up a checkpoint.
enum CheckpointFiles {
    private static let maximumIndexByteCount = 16 << 20

    /// The names that transformers and diffusers save under, in the order of preference; `fp16` is their variant name.
    private static let names = ["model", "diffusion_pytorch_model"].flatMap { stem in
        [
            "\(stem).safetensors", "\(stem).safetensors.index.json", "\(stem).fp16.safetensors",
            "\(stem).safetensors.index.fp16.json",
        ]
    }

    private static let pickledNames = ["pytorch_model", "diffusion_pytorch_model"].flatMap { stem in
        ["\(stem).bin", "\(stem).fp16.bin", "\(stem).bin.index.json"]
    }

    /// One file, the shards of an index, or what a folder holds of either; each with its header checked.
    static func open(_ path: String) throws(WeightsError) -> [SafetensorsFile] {
        if path.hasSuffix(".json") { return try shards(ofIndex: path) }
        if path.hasSuffix(".safetensors") { return [try SafetensorsFile(path: path)] }
        if let name = name(in: path) { return try open("\(path)/\(name)") }
        for name in pickledNames where MappedFile.exists("\(path)/\(name)") {
            throw .unreadable(path: path, reason: "\(name) is pickled, which is never read; save it as safetensors")
        }
        throw .unreadable(path: path, reason: "none of \(names.joined(separator: ", ")) is there")
    }

    /// The file that is read of a folder, an index where there are shards; nil if there is neither.
    static func name(in folder: String) -> String? { names.first { MappedFile.exists("\(folder)/\($0)") } }

    private static func shards(ofIndex path: String) throws(WeightsError) -> [SafetensorsFile] {
        let places = try places(ofIndex: path)
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var shards: [SafetensorsFile] = []
        var found: Set<String> = []
        for shardName in Set(places.values).sorted() {
            let shard = try SafetensorsFile(path: folder + shardName)
            for name in shard.header.entries.keys.sorted() {
                guard places[name] == shardName else {
                    throw .malformed(path: path, reason: "\(name) is in \(shardName), which the index does not say")
                }
                found.insert(name)
            }
            shards.append(shard)
        }
        if let missing = places.keys.sorted().first(where: { !found.contains($0) }) { throw .missing(name: missing) }
        return shards
    }

    /// The shard that each tensor is in, by an index file.
    private static func places(ofIndex path: String) throws(WeightsError) -> [String: String] {
        do throws(ModelError) {
            let index = try ConfigurationFile(path, maximumByteCount: maximumIndexByteCount)
            return try index.read(places(in:))
        } catch {
            switch error {
            case .unreadable(let path, let reason): throw .unreadable(path: path, reason: reason)
            case .malformed(let path, let reason): throw .malformed(path: path, reason: reason)
            case .configuration(let error, let path): throw .malformed(path: path, reason: error.description)
            case .weights(let error, _): throw error
            case .unsupported(let path, let pointer, let value):
                throw .malformed(path: path, reason: "\(pointer) \(value)")
            }
        }
    }

    private static func places(in index: JSONCursor) throws(JSONFieldError) -> [String: String] {
        let map = try index.required("weight_map")
        let names = try map.object().names
        guard names.count <= SafetensorsHeader.maximumTensorCount else {
            throw .tooLong(pointer: map.pointer, maximum: SafetensorsHeader.maximumTensorCount, actual: names.count)
        }
        var places: [String: String] = [:]
        for name in names {
            let field = try map.required(name)
            let shardName = try field.string(maximumLength: 255)
            let isInside = shardName.hasSuffix(".safetensors") && !shardName.contains("/") && !shardName.contains("..")
            guard isInside else {
                throw .outOfRange(
                    pointer: field.pointer, expected: "a .safetensors file of the same folder", actual: shardName)
            }
            places[name] = shardName
        }
        return places
    }
}
