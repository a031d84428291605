import Scoring

extension Recipe.Rating {
    /// What a recipe keeps of a verdict.
    package init(_ verdict: Verdict) {
        let ambiguity: Double? =
            switch verdict {
            case .style(let score): score.posterior.ambiguity
            case .metric: nil
            }
        self.init(scorer: verdict.scorer, reward: verdict.value, ambiguity: ambiguity)
    }
}
