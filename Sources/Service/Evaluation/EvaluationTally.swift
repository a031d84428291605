import Charts
import Images
import Perception
import Scoring

/// What an evaluation's units have shown so far.
package struct EvaluationTally: Sendable {
    /// What is known of one system's images, in the order of the prompts.
    struct System: Sendable {
        var verdicts: [[Verdict]] = []
        var features: [[Float]] = []
        var likenesses: [DINOSimilarity] = []
        var cells: [ContactSheet.Cell] = []
    }

    private let evaluation: Evaluation
    private(set) var systems: [System]
    private var counterpart: DINOFeatures?

    /// Nothing yet.
    package init(of evaluation: Evaluation) {
        self.evaluation = evaluation
        systems = [System](repeating: System(), count: evaluation.systems.count)
    }

    /// Adds a unit; units must come in the evaluation's order.
    package mutating func add(_ drawn: Evaluation.Drawn) {
        let index = drawn.unit.system
        if index == evaluation.reference {
            counterpart = drawn.dino
        } else if let dino = drawn.dino, let counterpart {
            systems[index].likenesses.append(dino.similarity(to: counterpart))
        }
        systems[index].verdicts.append(drawn.verdicts)
        if let features = drawn.features { systems[index].features.append(features) }
        // The sheet shows the first image of each prompt.
        let isFirst = drawn.unit.place.isMultiple(of: evaluation.countPerPrompt)
        if isFirst, systems[index].cells.count < ContactSheet.maximumColumnCount {
            systems[index].cells.append(ContactSheet.Cell(image: drawn.picture, caption: caption(drawn.verdicts)))
        }
    }

    /// What the first scorer says, in a few characters.
    private func caption(_ verdicts: [Verdict]) -> String {
        switch verdicts.first {
        case .style(let score)?: "ambiguity \(Number.text(score.posterior.ambiguity, digits: 3))"
        case .metric(let metric)?: Number.text(metric.value, digits: 3)
        case nil: ""
        }
    }

    /// The figures of every system; takes a while where sets are large.
    package func result() throws(APIError) -> EvaluationResult {
        var measured: [EvaluationResult.System] = []
        for (index, system) in evaluation.systems.enumerated() {
            do throws(SetMetricError) {
                let measures = try scoreMeasures(index) + setMeasures(index) + likenessMeasures(index)
                measured.append(
                    EvaluationResult.System(name: system.name, count: systems[index].verdicts.count, measures: measures)
                )
            } catch {
                throw APIError(.unsupportedValue, "System '\(system.name)' can't be measured: \(error).")
            }
        }
        let pictures = EvaluationPictures(evaluation, systems)
        return EvaluationResult(
            systems: measured, reference: evaluation.systems[evaluation.reference].name,
            warnings: evaluation.truncations, pictures: pictures.encoded)
    }

    private func scoreMeasures(_ index: Int) throws(SetMetricError) -> [Measure] {
        var measures: [Measure] = []
        for (place, scorer) in evaluation.scorers.enumerated() {
            let verdicts = systems[index].verdicts.map { $0[place] }
            let values = verdicts.map(\.value)
            let name = scorer.labels == nil ? scorer.id : "\(scorer.id) reward"
            measures.append(try Measure(name, meanOf: values, embedder: scorer.embedder, seed: seed))
            if scorer.labels != nil {
                let ambiguities = verdicts.map(\.rank)
                measures.append(
                    try Measure("\(scorer.id) ambiguity", meanOf: ambiguities, embedder: scorer.embedder, seed: seed))
            }
        }
        return measures
    }

    private func setMeasures(_ index: Int) throws(SetMetricError) -> [Measure] {
        guard let clip = evaluation.clip else { return [] }
        let reference = index == evaluation.reference ? nil : systems[evaluation.reference].features
        let figures = try SetFigures(systems[index].features, reference: reference, embedder: clip.id, seed: seed)
        var measures: [Measure] = []
        for metric in evaluation.metrics { measures += try figures.measures(metric) }
        return measures
    }

    private func likenessMeasures(_ index: Int) throws(SetMetricError) -> [Measure] {
        let likenesses = systems[index].likenesses
        guard !likenesses.isEmpty, let dino = evaluation.dino else { return [] }
        return [
            try Measure("dino_style", meanOf: likenesses.map(\.style), embedder: dino.name, seed: seed),
            try Measure("dino_content", meanOf: likenesses.map(\.content), embedder: dino.name, seed: seed),
            try Measure("dino_whole", meanOf: likenesses.map(\.whole), embedder: dino.name, seed: seed),
        ]
    }

    private var seed: UInt64 { UInt64(evaluation.seed) }
}
