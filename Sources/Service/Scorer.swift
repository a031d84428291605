package import Scoring

/// A style classifier as one request configures it.
package struct Scorer: Sendable {
    /// The name under which it was asked for.
    package let id: String
    /// The CLIP whose space it measures in.
    package let clip: ModelRegistry.LoadedCLIP
    /// The styles that it tells apart.
    package let styles: StyleList
    /// What cosines are divided by; nil for the checkpoint's logit scale.
    package let temperature: Double?
}

extension ModelRegistry {
    /// Scorers of the specification that this server does not have yet.
    private static let absentScorers = ["kmeans-text", "kmeans-image", "gan"]

    /// The CLIP behind each scorer's name: `clip` is the default CLIP's, `clip:NAME` any other's.
    package var scorers: [(id: String, clip: LoadedCLIP)] {
        let others = clips.filter { $0.id != defaultCLIP?.id }.map { ("clip:\($0.id)", $0) }
        return (defaultCLIP.map { [("clip", $0)] } ?? []) + others
    }

    /// The scorers of a request, each once; the default one, if there is any, where the request leaves the choice.
    package func scorers(for options: ScoringOptions) throws(APIError) -> [Scorer] {
        let names = options.scorers ?? (defaultCLIP == nil ? [] : ["clip"])
        var chosen: [Scorer] = []
        for (index, name) in names.enumerated() {
            let place = APIError.Place.pointer("/scorers/\(index)")
            guard let clip = scorers.first(where: { $0.id == name })?.clip else { throw unknown(name, at: place) }
            guard !chosen.contains(where: { $0.id == name }) else {
                throw APIError(.unsupportedValue, "repeats '\(name)'", at: place)
            }
            let styles = try styles(of: options, for: clip)
            chosen.append(Scorer(id: name, clip: clip, styles: styles, temperature: options.temperature))
        }
        return chosen
    }

    private func unknown(_ name: String, at place: APIError.Place) -> APIError {
        let ids = scorers.map { "'\($0.id)'" }.joined(separator: ", ")
        let loaded = ids.isEmpty ? "none is" : "loaded: \(ids)"
        guard Self.absentScorers.contains(name) else {
            return APIError(.scorerNotFound, "names no scorer, but '\(name.shortened)'; \(loaded)", at: place)
        }
        return APIError(.modelNotLoaded, "names '\(name)', which is not loaded; \(loaded)", at: place)
    }

    private func styles(of options: ScoringOptions, for clip: LoadedCLIP) throws(APIError) -> StyleList {
        switch options.styles {
        case nil: return clip.styles
        case .texts(let list): return list
        case .named(let name):
            guard let list = styleLists[name] else {
                let names = styleLists.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
                throw APIError(
                    .unsupportedValue, "must be a list of styles or one of \(names), not '\(name.shortened)'",
                    at: .pointer("/styles"))
            }
            return list
        }
    }
}

extension String {
    /// The beginning, for messages that repeat what a client sent.
    var shortened: String { String(prefix(64)) }
}
