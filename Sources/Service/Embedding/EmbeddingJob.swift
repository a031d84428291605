import CLIP
import Images
import JSON
import Scoring
import Tensors

/// A request for the vectors of texts and images in a CLIP's space.
package struct EmbeddingJob: Sendable {
    private let clip: ModelRegistry.LoadedCLIP
    private let texts: EmbeddedTexts
    private let images: [Image]
    private let encoding: EmbeddingFields.Encoding
    private let isNormalized: Bool
    private let isList: Bool

    /// How many are embedded in one turn of the engine: activations of many are larger than caches.
    private static let batchCount = 32

    /// What a request of the OpenAI API asks for.
    package init(_ fields: EmbeddingFields, registry: ModelRegistry) throws(APIError) {
        clip = try registry.embedder(named: fields.model)
        try clip.checkWidth(fields.dimensions)
        texts = EmbeddedTexts(fields.texts, by: clip.model.tokenizer)
        (images, encoding, isNormalized, isList) = (fields.images, fields.encoding, true, fields.isList)
    }

    /// Texts alone.
    init(_ texts: EmbeddedTexts, by clip: ModelRegistry.LoadedCLIP, isNormalized: Bool) {
        (self.texts, self.clip, self.isNormalized) = (texts, clip, isNormalized)
        (images, encoding, isList) = ([], .float, true)
    }

    private func features(of batch: Range<Int>) throws(APIError) -> [[Float]] {
        let textCount = texts.ids.count
        let features =
            batch.lowerBound < textCount
            ? clip.model.features(ofTokens: Array(texts.ids[batch]))
            : clip.model.features(of: Array(images[batch.lowerBound - textCount..<batch.upperBound - textCount]))
        guard features.isFinite else { throw APIError(.nonfiniteOutput, "The model gave numbers that are not finite.") }
        return (isNormalized ? features.normalized() : features).rows
    }

    /// Ranges of texts, and then of images.
    private var batches: [Range<Int>] {
        func batches(_ range: Range<Int>) -> [Range<Int>] {
            stride(from: range.lowerBound, to: range.upperBound, by: Self.batchCount)
                .map { $0..<min($0 + Self.batchCount, range.upperBound) }
        }
        let textCount = texts.ids.count
        return batches(0..<textCount) + batches(textCount..<textCount + images.count)
    }

    private var warnings: [JSONValue] {
        texts.cutCounts.map { index, count in
            let pointer = isList ? "/input/\(index)" : "/input"
            return Truncation(pointer: pointer, seenCount: clip.model.tokenizer.length, cutCount: count).json
        }
    }

    private func json(_ vector: [Float]) -> JSONValue {
        switch encoding {
        case .float: .array(vector.map { .real(Double($0)) })
        case .base64: .string(Base64.encode(vector.flatMap(\.littleEndianBytes)))
        }
    }
}

extension EmbeddingJob: Work {
    package static let kind = JobKind.embeddings

    package var cost: Admission.Cost {
        let pixelsPerPass = 1 << 20  // as of a pass of a CLIP that scores
        return Admission.Cost(
            work: (texts.ids.count + images.count) * pixelsPerPass,
            byteCount: images.reduce(0) { $0 + $1.pixels.count })
    }

    package var stepCount: Int { batches.count }

    package func run(in session: JobSession) async throws(APIError) -> [[Float]] {
        var vectors: [[Float]] = []
        let batches = batches
        for (index, batch) in batches.enumerated() {
            vectors += try await session.turn { () throws(APIError) in
                let vectors = try features(of: batch)
                try session.note(index + 1, of: batches.count)
                return vectors
            }
        }
        return vectors
    }

    package func result(of vectors: [[Float]]) -> JobResult {
        let data = vectors.enumerated().map { index, vector -> JSONValue in
            ["object": "embedding", "index": .integer(Int64(index)), "embedding": json(vector)]
        }
        let tokenCount = JSONValue.integer(Int64(texts.tokenCount))
        return JobResult(answer: [
            "object": "list", "data": .array(data), "model": .string("clip:\(clip.id)"),
            "usage": ["prompt_tokens": tokenCount, "total_tokens": tokenCount], "warnings": .array(warnings),
        ])
    }
}

extension ModelRegistry.LoadedCLIP {
    /// Refuses a number of dimensions that is not the space's own.
    func checkWidth(_ field: JSONCursor?) throws(APIError) {
        guard let field else { return }
        let width = model.configuration.width
        do throws(JSONFieldError) {
            let wanted = try field.integer(in: 1...(1 << 20))
            guard wanted == width else {
                throw .outOfRange(pointer: field.pointer, expected: "\(width) for 'clip:\(id)'", actual: "\(wanted)")
            }
        } catch {
            throw APIError(error)
        }
    }
}

extension Float {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * $0)) }
    }
}
