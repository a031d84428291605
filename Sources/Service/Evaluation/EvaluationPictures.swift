import Charts
import Images
import Scoring

/// The pictures of an evaluation: a contact sheet, box plots of what scorers say, and a heat map of style posteriors.
struct EvaluationPictures {
    private let evaluation: Evaluation
    private let systems: [EvaluationTally.System]

    init(_ evaluation: Evaluation, _ systems: [EvaluationTally.System]) {
        (self.evaluation, self.systems) = (evaluation, systems)
    }

    /// PNGs by name; no box plot without a scorer, and no map without a style classifier.
    var encoded: [(name: String, png: [UInt8])] {
        var pictures = [(name: "contact-sheet", png: sheet.image.png())]
        if !evaluation.scorers.isEmpty { pictures.append((name: "rewards", png: boxes.image.png())) }
        if let map { pictures.append((name: "posteriors", png: map.image.png())) }
        return pictures
    }

    private var names: [String] { evaluation.systems.map(\.name) }

    private var sheet: ContactSheet {
        ContactSheet(
            rows: zip(names, systems).map { (name: $0, cells: $1.cells) }, columns: evaluation.prompts)
    }

    private var boxes: BoxPlot {
        BoxPlot(
            evaluation.scorers.enumerated().map { place, scorer in
                let title = scorer.labels.map { "\(scorer.id): reward, at most -ln \($0.count)" } ?? scorer.id
                let rows = zip(names, systems).map { name, system in
                    (name: name, values: system.verdicts.map { $0[place].value })
                }
                return BoxPlot.Panel(title: title, rows: rows)
            })
    }

    /// Each system's mean posterior under the first style classifier.
    private var map: HeatMap? {
        guard let place = evaluation.scorers.firstIndex(where: { $0.labels != nil }) else { return nil }
        let scorer = evaluation.scorers[place]
        let labels = scorer.labels ?? []
        let columns = zip(names, systems).map { name, system in
            (name: name, values: mean(system.verdicts.map { $0[place] }, count: labels.count))
        }
        return HeatMap(title: "\(scorer.id): mean probability of each style", rows: labels, columns: columns)
    }

    private func mean(_ verdicts: [Verdict], count: Int) -> [Double] {
        var sum = [Double](repeating: 0, count: count)
        for case .style(let score) in verdicts {
            for (index, probability) in score.posterior.probabilities.enumerated() { sum[index] += probability }
        }
        return sum.map { $0 / Double(max(1, verdicts.count)) }
    }
}
