import CLIP
import JSON
import Scoring
import Tensors

/// Texts and the CLIP that is to embed them.
struct FeatureExtraction: Sendable {
    /// The CLIP.
    let clip: CLIPModel
    /// The texts, in the order of the answer.
    let texts: [String]
    /// Whether vectors have length 1.
    let isNormalized: Bool

    /// How many texts the encoder sees at once.
    private static let batchCount = 32

    /// Vectors as they are answered.
    static func json(_ vectors: [[Float]]) -> JSONValue {
        .array(vectors.map { vector in .array(vector.map { .real(Double($0)) }) })
    }

    private func embedded() -> [[Float]] {
        stride(from: 0, to: texts.count, by: Self.batchCount).flatMap { start -> [[Float]] in
            let part = Array(texts[start..<min(texts.count, start + Self.batchCount)])
            return (isNormalized ? clip.embed(texts: part) : clip.features(of: part)).rows
        }
    }
}

extension FeatureExtraction: Work {
    /// Nobody can ask for it as a job; while it runs it counts as what it is most like.
    static let kind = JobKind.scores

    var stepCount: Int { 1 }

    var cost: Admission.Cost { Admission.Cost(work: texts.count << 20) }

    func run(in session: JobSession) async throws(APIError) -> [[Float]] {
        let vectors = try await session.turn { () throws(APIError) in embedded() }
        guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw APIError(.nonfiniteOutput, "The text encoder gave numbers that are not finite.")
        }
        return vectors
    }

    func result(of vectors: [[Float]]) -> JobResult {
        JobResult(answer: ["data": Self.json(vectors)])
    }
}
