import Scoring

/// What a name of the task API stands for, which may be a pipeline and a CLIP at once.
struct HuggingFaceModel {
    /// The pipeline of the name.
    let pipeline: PipelineFolder?
    /// The style classifier of the name; a CLIP's own over its own styles.
    let classifier: Scorer?
    /// The CLIP of the name, or the one that a `clip` scorer of the name sees with.
    let clip: ModelRegistry.LoadedCLIP?
    private let name: String
    private let isCLIP: Bool

    /// Finds a name among pipelines, CLIPs and scorers.
    init(named name: String, in registry: ModelRegistry) throws(APIError) {
        self.name = name
        pipeline = registry.pipelines.entry(name)?.folder
        let scorer = registry.scorers.first { $0.id == name }
        let own = registry.clips.first { $0.id == name }
        isCLIP = own != nil
        if let scorer, scorer.labels == nil {
            throw APIError(
                .unsupportedValue, "'\(name)' is a metric, which has no labels; it answers under /v1/scores.")
        }
        classifier = scorer ?? own.map { Scorer(id: name, kind: .clip($0, $0.styles, .cosine)) }
        if case .clip(let clip, _, _) = classifier?.kind { self.clip = clip } else { clip = nil }
        guard pipeline != nil || classifier != nil else {
            let scorers = registry.scorers.filter { $0.labels != nil }.map(\.id)
            let names = registry.pipelines.all.map(\.folder.id) + registry.clips.map(\.id) + scorers
            var known: [String] = []
            for name in names where !known.contains(name) { known.append(name) }
            let list = known.map { "'\($0)'" }.joined(separator: ", ")
            throw APIError(.modelNotFound, "There is no model '\(name.shortened)'; there are \(list).")
        }
    }

    /// What the name can do.
    var tasks: [HuggingFaceTask] {
        (pipeline == nil ? [] : [.textToImage]) + (classifier == nil ? [] : [.imageClassification])
            + (clip == nil ? [] : [.zeroShotImageClassification, .featureExtraction])
    }

    /// The task that a request means whose path does not say it.
    ///
    /// Where a name is a pipeline's and a CLIP's, a text is drawn, unless a field is there that drawing doesn't know.
    func task(of input: HuggingFaceInput) -> HuggingFaceTask {
        if case .picture = input { return .imageClassification }
        if let task = input.task { return task }
        if pipeline != nil { return .textToImage }
        return isCLIP ? .featureExtraction : .imageClassification
    }

    /// The refusal of a task that the name can't do.
    func refusal(of task: HuggingFaceTask) -> APIError {
        let able = tasks.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return APIError(.unsupportedValue, "'\(name)' can't do '\(task.rawValue)', but \(able).")
    }
}
