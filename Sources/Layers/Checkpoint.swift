import Synchronization
import Tensors

/// The tensors of a checkpoint by their full names, and which of them have been asked for.
final class Checkpoint: Sendable {
    private struct Place: Sendable {
        let file: Int
        let entry: SafetensorsHeader.Entry
    }

    private let files: [SafetensorsFile]
    private let places: [String: Place]
    let device: Device
    private let readNames = Mutex<Set<String>>([])

    /// Buffers that older versions of transformers saved and no model reads: they hold 0, 1, 2, ….
    private static let inertNames: Set<Substring> = ["position_ids"]

    /// How transformers calls the tables that `Embedding` reads.
    private static let tableSuffix = "_embedding.weight"

    init(path: String, device: Device) throws(WeightsError) {
        files = try CheckpointFiles.open(path)
        var places: [String: Place] = [:]
        for (index, file) in files.enumerated() {
            for (name, entry) in file.header.entries { places[name] = Place(file: index, entry: entry) }
        }
        self.places = places
        self.device = device
    }

    func contains(_ name: String) -> Bool { places[name] != nil }

    var names: [String] { places.keys.sorted() }

    func shape(of name: String) -> [Int]? { places[name]?.entry.shape }

    /// The metadata of all files; of a name that several use, the last one's.
    var metadata: [String: String] {
        files.reduce(into: [:]) { texts, file in texts.merge(file.header.metadata) { $1 } }
    }

    func tensor(_ name: String, shape: [Int]) throws(WeightsError) -> StoredTensor {
        guard let place = places[name] else { throw .missing(name: name) }
        guard place.entry.shape == shape else {
            throw .wrongShape(name: name, expected: shape, actual: place.entry.shape)
        }
        let tensor = try files[place.file].tensor(name, place.entry)
        _ = readNames.withLock { $0.insert(name) }
        return tensor
    }

    var parameterCount: Int {
        places.reduce(0) { $0 + (Self.isInert($1.key) ? 0 : $1.value.entry.shape.reduce(1, *)) }
    }

    var byteCount: Int {
        places.reduce(0) { $0 + (Self.isInert($1.key) ? 0 : byteCount($1.key, $1.value.entry)) }
    }

    private func byteCount(_ name: String, _ entry: SafetensorsHeader.Entry) -> Int {
        name.hasSuffix(Self.tableSuffix) ? entry.range.count : device.byteCount(ofWeight: entry.shape)
    }

    func requireAllRead() throws(WeightsError) {
        let readNames = readNames.withLock { $0 }
        let unread = places.keys.filter { !readNames.contains($0) && !Self.isInert($0) }
        if let name = unread.min() { throw .unexpected(name: name) }
    }

    private static func isInert(_ name: String) -> Bool {
        name.split(separator: ".").last.map(inertNames.contains) ?? false
    }
}
