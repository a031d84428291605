package import HTTP
import JSON
import Scoring

/// `/v1/centroids`: sets of K-Means centres, to be listed, read and removed.
package struct CentroidsRoute: Sendable {
    private let registry: ModelRegistry

    /// The registry's sets.
    package init(registry: ModelRegistry) { self.registry = registry }

    /// All sets.
    package func list() -> Response {
        .json(["object": "list", "data": .array(registry.centroidStore.all.map { .object(registry.json(of: $0)) })])
    }

    /// One set, with its centres.
    package func retrieve(_ name: String) throws(APIError) -> Response {
        let set = try registry.centroidStore.set(named: name)
        var answer = registry.json(of: set)
        answer["centres"] = .array(set.centres.map { centre in .array(centre.map { .real(Double($0)) }) })
        return .json(.object(answer))
    }

    /// Removes a fitted set.
    package func delete(_ name: String) throws(APIError) -> Response {
        try registry.centroidStore.remove(name)
        return Response(status: 204)
    }
}
