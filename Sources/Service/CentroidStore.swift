package import Scoring
import Synchronization
import Tensors

/// The sets of centroids: those that ship with the weights, and those that were fitted, which lie under `--data`.
package final class CentroidStore: Sendable {
    private struct Fitted {
        var sets: [Centroids]
        /// How often they changed.
        var version = 0
    }

    private let embedded: [Centroids]
    private let folder: String
    private let fitted: Mutex<Fitted>

    /// The most sets that may be fitted.
    package static let maximumCount = 1000
    private static let suffix = ".safetensors"

    /// Reads `weights/centroids` and `data/centroids`, neither of which need be there.
    init(weights: String, data: String, on device: Device) throws(RegistryError) {
        folder = data + "/centroids"
        embedded = try Self.sets(in: weights + "/centroids", on: device)
        let taken = Set(embedded.map(\.name))
        fitted = Mutex(Fitted(sets: try Self.sets(in: folder, on: device).filter { !taken.contains($0.name) }))
    }

    /// Every set: first those that ship, then those that were fitted, each in the order of the names.
    package var all: [Centroids] { embedded + fitted.withLock(\.sets) }

    /// Another number whenever the sets are others.
    var version: Int { fitted.withLock(\.version) }

    /// The set of a name.
    package func set(named name: String) throws(APIError) -> Centroids {
        guard let set = all.first(where: { $0.name == name }) else { throw Self.unknown(name) }
        return set
    }

    /// Whether a set ships with the weights, and so can't be removed.
    package func isEmbedded(_ name: String) -> Bool { embedded.contains { $0.name == name } }

    /// Stores a new set; it is on the disk when this returns.
    package func add(_ set: Centroids) throws(APIError) {
        let error = fitted.withLock { fitted -> APIError? in
            if let error = refusal(of: set.name, among: fitted.sets) { return error }
            do throws(SystemError) {
                try DurableFile.write(set.encoded(), folder: folder, name: set.name + Self.suffix)
            } catch {
                return APIError(.internalError, "The set can't be stored: \(error.reason).")
            }
            let place = fitted.sets.firstIndex { $0.name > set.name } ?? fitted.sets.endIndex
            fitted.sets.insert(set, at: place)
            fitted.version += 1
            return nil
        }
        if let error { throw error }
    }

    /// Refuses a name that is taken, before anything is computed for it.
    package func checkIsFree(_ name: String) throws(APIError) {
        if let error = fitted.withLock({ refusal(of: name, among: $0.sets) }) { throw error }
    }

    /// Removes a fitted set; what is being computed with it goes on.
    package func remove(_ name: String) throws(APIError) {
        guard !isEmbedded(name) else {
            throw APIError(.conflict, "The centroids '\(name)' ship with the weights and can't be removed.")
        }
        let error = fitted.withLock { fitted -> APIError? in
            guard let index = fitted.sets.firstIndex(where: { $0.name == name }) else { return Self.unknown(name) }
            do throws(SystemError) {
                try DurableFile.remove(folder: folder, name: name + Self.suffix)
            } catch {
                return APIError(.internalError, "The set can't be removed: \(error.reason).")
            }
            fitted.sets.remove(at: index)
            fitted.version += 1
            return nil
        }
        if let error { throw error }
    }

    private func refusal(of name: String, among fitted: [Centroids]) -> APIError? {
        if isEmbedded(name) || fitted.contains(where: { $0.name == name }) {
            return APIError(.conflict, "is taken: '\(name)' exists; delete it first", at: .pointer("/name"))
        }
        guard fitted.count < Self.maximumCount else {
            return APIError(.conflict, "There are \(fitted.count) sets of centroids already; delete some first.")
        }
        return nil
    }

    private static func unknown(_ name: String) -> APIError {
        APIError(.notFound, "There are no centroids '\(name.shortened)'.")
    }

    private static func sets(in folder: String, on device: Device) throws(RegistryError) -> [Centroids] {
        var sets: [Centroids] = []
        for file in Folder.names(at: folder) ?? [] where file.hasSuffix(suffix) {
            let path = "\(folder)/\(file)"
            do throws(CentroidsError) {
                sets.append(
                    try Centroids(contentsOf: path, name: String(file.dropLast(suffix.count)), on: device))
            } catch {
                throw .centroids(error, file: path)
            }
        }
        return sets
    }
}
