import CLIP
import GAN
import Scoring

extension ModelRegistry {
    /// Every scorer that a request can name, as it is where the request says no more.
    ///
    /// `clip`, `kmeans-text`, `kmeans-image` and `gan` are the defaults; `clip:NAME`, `kmeans:NAME` and `gan:NAME` name any
    /// CLIP, set of centroids or network.
    package var scorers: [Scorer] {
        let sets = centroidStore.all
        return defaultScorers(sets) + namedScorers(sets)
    }

    /// The scorers of a request, each once; the default one, if there is any, where the request leaves the choice.
    package func scorers(for options: ScoringOptions) throws(APIError) -> [Scorer] {
        let names = options.scorers ?? (defaultCLIP == nil ? [] : ["clip"])
        let available = scorers
        var chosen: [Scorer] = []
        for (index, name) in names.enumerated() {
            let place = APIError.Place.pointer("/scorers/\(index)")
            guard let scorer = available.first(where: { $0.id == name }) else {
                throw unknown(name, at: place, among: available)
            }
            guard !chosen.contains(where: { $0.id == name }) else {
                throw APIError(.unsupportedValue, "repeats '\(name)'", at: place)
            }
            chosen.append(try configured(scorer, options))
        }
        try checkUse(of: options, by: chosen)
        return chosen
    }

    private func defaultScorers(_ centroids: [Centroids]) -> [Scorer] {
        var scorers: [Scorer] = []
        if let clip = defaultCLIP { scorers.append(Scorer(id: "clip", classifier: .clip(clip, clip.styles, .cosine))) }
        for source in [Centroids.Source.text, .image] {
            let usable = centroids.compactMap { set in set.source == source ? classifier(of: set) : nil }
            if let first = usable.first { scorers.append(Scorer(id: "kmeans-\(source.rawValue)", classifier: first)) }
        }
        if let first = networks.first {
            let alike = networks.filter { $0.configuration.labels == first.configuration.labels }
            scorers.append(Scorer(id: "gan", classifier: .can(CANStyleClassifier(alike))))
        }
        return scorers
    }

    private func namedScorers(_ centroids: [Centroids]) -> [Scorer] {
        let others = clips.filter { $0.id != defaultCLIP?.id }
        return others.map { Scorer(id: "clip:\($0.id)", classifier: .clip($0, $0.styles, .cosine)) }
            + centroids.compactMap { set in
                classifier(of: set).map { Scorer(id: "kmeans:\(set.name)", classifier: $0) }
            }
            + networks.map { Scorer(id: "gan:\($0.name)", classifier: .can(CANStyleClassifier([$0]))) }
    }

    /// The classifier of a set, if the CLIP in whose space it lies is loaded.
    func classifier(of set: Centroids) -> Scorer.Classifier? {
        clips.first { $0.id == set.embedder && $0.model.configuration.width == set.width }
            .map { .centroids(set, $0) }
    }

    private func configured(_ scorer: Scorer, _ options: ScoringOptions) throws(APIError) -> Scorer {
        guard case .clip(let clip, _, _) = scorer.classifier else {
            return Scorer(id: scorer.id, classifier: scorer.classifier, temperature: options.temperature)
        }
        let styles = try styles(of: options, for: clip)
        return Scorer(
            id: scorer.id, classifier: .clip(clip, styles, options.form ?? .cosine), temperature: options.temperature)
    }

    /// Refuses options that no scorer of the request has a use for.
    private func checkUse(of options: ScoringOptions, by scorers: [Scorer]) throws(APIError) {
        let hasCLIP = scorers.contains { if case .clip = $0.classifier { true } else { false } }
        guard !scorers.isEmpty, !hasCLIP else { return }
        let unused = [("styles", options.styles != nil), ("form", options.form != nil)].first { $0.1 }
        if let name = unused?.0 {
            throw APIError(.unsupportedValue, "is for 'clip' scorers, of which there is none", at: .pointer("/\(name)"))
        }
    }

    private func unknown(_ name: String, at place: APIError.Place, among scorers: [Scorer]) -> APIError {
        let ids = scorers.map { "'\($0.id)'" }.joined(separator: ", ")
        let loaded = ids.isEmpty ? "none is" : "loaded: \(ids)"
        if let set = centroidStore.all.first(where: { "kmeans:\($0.name)" == name }) {
            return APIError(
                .modelNotLoaded,
                "names centroids of \(set.width) numbers in the space of '\(set.embedder)', which is not loaded",
                at: place)
        }
        guard Self.classifierNames.contains(name) else {
            return APIError(.scorerNotFound, "names no scorer, but '\(name.shortened)'; \(loaded)", at: place)
        }
        return APIError(.modelNotLoaded, "names '\(name)', which is not loaded; \(loaded)", at: place)
    }

    /// The four classifiers of arXiv 2407.12009.
    private static let classifierNames = ["clip", "kmeans-text", "kmeans-image", "gan"]

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
