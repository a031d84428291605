import CLIP
import GAN
import Perception
import Scoring

extension ModelRegistry {
    /// Every scorer that a request can name, as it is where the request says no more.
    ///
    /// `clip`, `kmeans-text`, `kmeans-image`, `gan`, `prompt-similarity`, `clip-score`, `aesthetic` and `image-reward` are the
    /// defaults; `clip:NAME`, `kmeans:NAME`, `gan:NAME` and so on name any CLIP, set of centroids, network or head.
    package var scorers: [Scorer] {
        scorerList.scorers(of: centroidStore) { sets in defaultScorers(sets) + namedScorers(sets) }
    }

    /// The scorers of a request, each once; the default one, if there is any, where the request leaves the choice.
    package func scorers(for options: ScoringOptions) throws(APIError) -> [Scorer] {
        let wanted = options.scorers ?? (defaultCLIP == nil ? [] : [.named("clip")])
        let available = scorers
        var chosen: [Scorer] = []
        for (index, wanted) in wanted.enumerated() {
            let place = "/scorers/\(index)"
            let scorer: Scorer
            switch wanted {
            case .named(let name):
                scorer = try configured(self.scorer(name, at: .pointer(place), among: available), options)
            case .composite(let composite):
                scorer = try self.composite(composite, at: place, among: available, options)
            }
            guard !chosen.contains(where: { $0.id == scorer.id }) else {
                throw APIError(.unsupportedValue, "repeats '\(scorer.id.shortened)'", at: .pointer(place))
            }
            chosen.append(scorer)
        }
        try checkUse(of: options, by: chosen)
        return chosen
    }

    private func composite(
        _ composite: ScoringOptions.Composite, at place: String, among available: [Scorer], _ options: ScoringOptions
    ) throws(APIError) -> Scorer {
        guard !available.contains(where: { $0.id == composite.name }) else {
            throw APIError(.unsupportedValue, "is the name of a scorer", at: .pointer(place + "/name"))
        }
        var terms: [(scorer: Scorer, weight: Double)] = []
        for (index, term) in composite.terms.enumerated() {
            let scorer = try scorer(term.scorer, at: .pointer("\(place)/terms/\(index)/scorer"), among: available)
            terms.append((try configured(scorer, options), term.weight))
        }
        return Scorer(id: composite.name, kind: .composite(terms))
    }

    private func scorer(
        _ name: String, at place: APIError.Place, among scorers: [Scorer]
    ) throws(APIError) -> Scorer {
        guard let scorer = scorers.first(where: { $0.id == name }) else {
            throw unknown(name, at: place, among: scorers)
        }
        return scorer
    }

    private func defaultScorers(_ centroids: [Centroids]) -> [Scorer] {
        var scorers: [Scorer] = []
        if let clip = defaultCLIP { scorers.append(Scorer(id: "clip", kind: .clip(clip, clip.styles, .cosine))) }
        for source in [Centroids.Source.text, .image] {
            let usable = centroids.compactMap { set in set.source == source ? kind(of: set) : nil }
            if let first = usable.first { scorers.append(Scorer(id: "kmeans-\(source.rawValue)", kind: first)) }
        }
        if let first = networks.first {
            let alike = networks.filter { $0.configuration.labels == first.configuration.labels }
            scorers.append(Scorer(id: "gan", kind: .can(CANStyleClassifier(alike))))
        }
        if let clip = defaultCLIP {
            scorers.append(Scorer(id: "prompt-similarity", kind: .promptSimilarity(clip)))
            scorers.append(Scorer(id: "clip-score", kind: .clipScore(clip)))
        }
        if let first = heads.compactMap(kind).first { scorers.append(Scorer(id: "aesthetic", kind: first)) }
        if let first = rewardModels.first { scorers.append(Scorer(id: "image-reward", kind: .imageReward(first))) }
        return scorers
    }

    private func namedScorers(_ centroids: [Centroids]) -> [Scorer] {
        let others = clips.filter { $0.id != defaultCLIP?.id }
        return others.map { Scorer(id: "clip:\($0.id)", kind: .clip($0, $0.styles, .cosine)) }
            + centroids.compactMap { set in kind(of: set).map { Scorer(id: "kmeans:\(set.name)", kind: $0) } }
            + networks.map { Scorer(id: "gan:\($0.name)", kind: .can(CANStyleClassifier([$0]))) }
            + others.flatMap { clip in
                [
                    Scorer(id: "prompt-similarity:\(clip.id)", kind: .promptSimilarity(clip)),
                    Scorer(id: "clip-score:\(clip.id)", kind: .clipScore(clip)),
                ]
            }
            + heads.compactMap { head in kind(of: head).map { Scorer(id: "aesthetic:\(head.name)", kind: $0) } }
            + rewardModels.map { Scorer(id: "image-reward:\($0.name)", kind: .imageReward($0)) }
    }

    /// The classifier of a set, if the CLIP in whose space it lies is loaded.
    func kind(of set: Centroids) -> Scorer.Kind? {
        clips.first { $0.id == set.embedder && $0.model.configuration.width == set.width }
            .map { .centroids(set, $0) }
    }

    /// The scorer of a head, if the CLIP whose embeddings it takes is loaded.
    private func kind(of head: AestheticHead) -> Scorer.Kind? {
        clips.first { $0.id == head.embedder && $0.model.configuration.width == head.width }
            .map { .aesthetic(head, $0) }
    }

    private func configured(_ scorer: Scorer, _ options: ScoringOptions) throws(APIError) -> Scorer {
        switch scorer.kind {
        case .clip(let clip, _, _):
            let styles = try styles(of: options, for: clip)
            let kind = Scorer.Kind.clip(clip, styles, options.form ?? .cosine)
            return Scorer(id: scorer.id, kind: kind, temperature: options.temperature)
        case .centroids, .can: return Scorer(id: scorer.id, kind: scorer.kind, temperature: options.temperature)
        case .promptSimilarity, .clipScore, .aesthetic, .imageReward, .composite: return scorer
        }
    }

    /// Refuses options that no scorer of the request has a use for.
    private func checkUse(of options: ScoringOptions, by scorers: [Scorer]) throws(APIError) {
        let parts = scorers.flatMap(\.parts)
        guard !parts.isEmpty else { return }
        let hasCLIP = parts.contains { if case .clip = $0.kind { true } else { false } }
        let unused = [("styles", options.styles != nil), ("form", options.form != nil)].first { $0.1 }
        if let name = unused?.0, !hasCLIP {
            throw APIError(.unsupportedValue, "is for 'clip' scorers, of which there is none", at: .pointer("/\(name)"))
        }
        if options.temperature != nil, parts.allSatisfy({ $0.labels == nil }) {
            throw APIError(
                .unsupportedValue, "is for style classifiers, of which there is none", at: .pointer("/temperature"))
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
        if let head = heads.first(where: { "aesthetic:\($0.name)" == name }) {
            return APIError(
                .modelNotLoaded,
                "names a head on \(head.width) numbers of '\(head.embedder)', which is not loaded", at: place)
        }
        guard Self.defaultNames.contains(name) else {
            return APIError(.scorerNotFound, "names no scorer, but '\(name.shortened)'; \(loaded)", at: place)
        }
        return APIError(.modelNotLoaded, "names '\(name)', which is not loaded; \(loaded)", at: place)
    }

    /// What is known by name even where it is not loaded.
    private static let defaultNames = [
        "clip", "kmeans-text", "kmeans-image", "gan", "prompt-similarity", "clip-score", "aesthetic", "image-reward",
    ]

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
