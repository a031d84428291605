package import JSON
package import Scoring

extension ModelRegistry {
    /// A set as the API shows it, without its centres.
    package func json(of set: Centroids) -> JSONObject {
        [
            "object": "centroids", "name": .string(set.name), "scorer": .string("kmeans:\(set.name)"),
            "embedder": .string(set.embedder), "source": .string(set.source.rawValue),
            "k": .integer(Int64(set.centres.count)), "dimension": .integer(Int64(set.width)),
            "labels": .array(set.labels.map(JSONValue.string)),
            "inertia": set.inertia.map(JSONValue.real) ?? nil,
            "mean_distance": set.meanDistance.map(JSONValue.real) ?? nil,
            "seed": set.seed.map { .integer(Int64($0)) } ?? nil,
            "embedded": .bool(centroidStore.isEmbedded(set.name)), "usable": .bool(kind(of: set) != nil),
        ]
    }
}

extension CentroidJob.Result {
    /// The new set, and what is known of its fit.
    package func json(in registry: ModelRegistry) -> JSONObject {
        var json = registry.json(of: centroids)
        if !sizes.isEmpty { json["sizes"] = .array(sizes.map { .integer(Int64($0)) }) }
        guard let first = sweep.first else { return json }
        json["sweep"] = .array(
            sweep.map {
                ["k": .integer(Int64($0.k)), "inertia": .real($0.inertia), "mean_distance": .real($0.meanDistance)]
            })
        json["elbow"] = .integer(Int64(first.k + elbow(of: sweep.map(\.meanDistance))))
        return json
    }
}
