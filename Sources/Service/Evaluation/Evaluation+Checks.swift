import Scoring

extension Evaluation {
    /// Refuses metrics that the sets are too small for, or that have nothing to be compared with.
    func checkCounts() throws(APIError) {
        for (index, metric) in metrics.enumerated() {
            let place = APIError.Place.pointer("/metrics/\(index)")
            if metric.needsReference, systems.count < 2 {
                throw APIError(.unsupportedValue, "compares systems, of which there is one", at: place)
            }
            for (number, system) in systems.enumerated() where count(of: number) < metric.minimumCount {
                throw APIError(
                    .outOfRange,
                    "needs at least \(metric.minimumCount) images a system; '\(system.name)' has \(count(of: number))",
                    at: place)
            }
            if metric == .dino, systems.indices.contains(where: { count(of: $0) != count(of: reference) }) {
                throw APIError(.unsupportedValue, "compares image by image, so systems must have as many", at: place)
            }
        }
    }

    /// Refuses scorers that read prompts where images came without.
    func checkPrompts() throws(APIError) {
        guard let index = scorers.firstIndex(where: \.needsPrompt) else { return }
        for (number, system) in systems.enumerated() where count(of: number) != prompts.count * countPerPrompt {
            throw APIError(
                .unsupportedValue,
                "needs a prompt for each image; '\(system.name)' brings \(count(of: number)) images for "
                    + "\(prompts.count) prompts of \(countPerPrompt)", at: .pointer("/scorers/\(index)"))
        }
    }

    /// Refuses what would take a day.
    func checkWork() throws(APIError) {
        let imageCount = systems.indices.reduce(0) { $0 + count(of: $1) }
        guard imageCount <= Self.maximumImageCount else {
            throw APIError(
                .outOfRange, "asks for \(imageCount) images; at most \(Self.maximumImageCount) are accepted",
                at: .pointer(""))
        }
        let work = systems.reduce(0) { sum, system in
            guard case .pipeline(let jobs) = system.source else { return sum }
            return sum + jobs.reduce(0) { $0 + $1.cost.work }
        }
        guard work <= Self.maximumWork else {
            throw APIError(
                .outOfRange,
                "asks for too much: pixels x steps make \(work) over all images; at most \(Self.maximumWork) are accepted",
                at: .pointer(""))
        }
    }

    /// Refuses seeds that run beyond the last one.
    static func checkSeeds(_ fields: EvaluationFields) throws(APIError) {
        let last = fields.seed + fields.prompts.count * fields.count - 1
        guard last <= Int(UInt32.max) else {
            throw APIError(
                .outOfRange, "is too large: with \(fields.prompts.count) prompts seeds would reach \(last)",
                at: .pointer("/seed"))
        }
    }
}
