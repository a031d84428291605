import Images
import JSON

extension Evaluation: Work {
    package static let kind = JobKind.evaluation

    package var cost: Admission.Cost { Admission.Cost(work: 0, byteCount: byteCount) }

    package var stepCount: Int { units.count }

    /// Each image has a turn of its own, so that others get theirs in between.
    package func run(in session: JobSession) async throws(APIError) -> EvaluationResult {
        var tally = EvaluationTally(of: self)
        let units = units
        for (index, unit) in units.enumerated() {
            tally.add(
                try await session.turn { () throws(APIError) in
                    let drawn = try draw(unit, session.classifiers, session.metrics) { () throws(APIError) in
                        try session.note(index, of: units.count)
                    }
                    try session.note(index + 1, of: units.count) { drawn.picture }
                    return drawn
                })
        }
        return try await session.turn { [tally] () throws(APIError) in try tally.result() }
    }

    package func result(of result: EvaluationResult) -> JobResult {
        let tables =
            [("table.csv", "text/csv; charset=utf-8; header=present", result.csv)]
            + [("table.md", "text/markdown; charset=utf-8", result.markdown)]
        let pictures = result.pictures.map { ("\($0.name).png", "image/png", $0.png) }
        let names = tables.map(\.0) + pictures.map(\.0)
        var answer = result.json
        answer["files"] = .array(names.map(JSONValue.string))
        return JobResult(
            answer: answer,
            files: tables.map { JobResult.File(type: $0.1, bytes: Array($0.2.utf8)) }
                + pictures.map { JobResult.File(type: $0.1, bytes: $0.2) })
    }
}
