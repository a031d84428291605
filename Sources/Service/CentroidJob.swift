import CLIP
import Images
package import Scoring

/// A request to fit centroids, checked against the CLIP in whose space they will lie.
package struct CentroidJob: Sendable {
    /// A fitted set, and what is known of the fit.
    package struct Result: Sendable {
        /// The set.
        package let centroids: Centroids
        /// How many points each cluster has; empty for a set that was imported.
        package let sizes: [Int]
        /// The fits over k, if they were wanted.
        package let sweep: [(k: Int, inertia: Double, meanDistance: Double)]
    }

    private let fields: CentroidFields
    private let registry: ModelRegistry
    private let clip: ModelRegistry.LoadedCLIP

    private static let sweptCounts = 2...14  // the range of arXiv 2407.12009's code
    private static let batchCount = 32
    /// The most that points x numbers x centres x starts may be: an iteration then takes some seconds.
    private static let maximumWork = 1 << 30

    /// Finds the CLIP; the name must be free.
    package init(_ fields: CentroidFields, registry: ModelRegistry) throws(APIError) {
        try registry.centroidStore.checkIsFree(fields.name)
        (self.fields, self.registry) = (fields, registry)
        clip = try registry.clip(named: fields.embedder)
        try checkWidths()
        try checkWork()
    }

    /// What the queue counts: a text or an image is one pass of a CLIP.
    package var cost: Admission.Cost {
        switch fields.points {
        case .texts(let texts): Admission.Cost(work: texts.count << 18)
        case .images(let images):
            Admission.Cost(work: images.count << 20, byteCount: images.reduce(0) { $0 + $1.pixels.count })
        case .embeddings(let points, _), .centres(let points): Admission.Cost(work: points.count << 10)
        }
    }

    /// Embeds and fits.
    package func run() throws(APIError) -> Result {
        if case .centres(let centres) = fields.points {
            return Result(centroids: try set(centres, source: .embedding), sizes: [], sweep: [])
        }
        let (points, source) = embedded()
        guard let kMeans = fields.kMeans else { preconditionFailure("points without settings") }
        let fit: ClusterFit
        let sweep: [(k: Int, inertia: Double, meanDistance: Double)]
        do throws(KMeansError) {
            fit = try kMeans.fit(points)
            sweep = try self.sweep(points, kMeans)
        } catch {
            throw APIError(error, of: source)
        }
        var sizes = [Int](repeating: 0, count: kMeans.k)
        for cluster in fit.clusters { sizes[cluster] += 1 }
        let centres = fit.centres.map { $0.map(Float.init) }
        return Result(centroids: try set(centres, source: source, fit: fit), sizes: sizes, sweep: sweep)
    }

    private func embedded() -> (points: [[Float]], Centroids.Source) {
        switch fields.points {
        case .texts(let texts):
            (batches(of: texts).flatMap { clip.model.embed(texts: $0).rows }, .text)
        case .images(let images):
            (batches(of: images).flatMap { clip.model.embed(images: $0).rows }, .image)
        case .embeddings(let points, let source): (points, source)
        case .centres(let centres): (centres, .embedding)
        }
    }

    private func batches<Element>(of elements: [Element]) -> [[Element]] {
        stride(from: 0, to: elements.count, by: Self.batchCount).map {
            Array(elements[$0..<min(elements.count, $0 + Self.batchCount)])
        }
    }

    private func sweep(
        _ points: [[Float]], _ kMeans: KMeans
    ) throws(KMeansError) -> [(k: Int, inertia: Double, meanDistance: Double)] {
        guard fields.wantsSweep else { return [] }
        var sweep: [(k: Int, inertia: Double, meanDistance: Double)] = []
        let distinct = Set(points).count
        for k in Self.sweptCounts where k <= distinct {
            var swept = kMeans
            swept.k = k
            let fit = try swept.fit(points)
            sweep.append((k, fit.inertia, fit.meanDistance))
        }
        return sweep
    }

    private func set(
        _ centres: [[Float]], source: Centroids.Source, fit: ClusterFit? = nil
    ) throws(APIError) -> Centroids {
        do throws(CentroidsError) {
            return try Centroids(
                name: fields.name, embedder: clip.id, source: source, labels: fields.labels, centres: centres,
                inertia: fit?.inertia, meanDistance: fit?.meanDistance, seed: fields.kMeans.map { Int($0.seed) })
        } catch {
            throw APIError(error)
        }
    }

    /// Refuses what would take the engine for hours.
    private func checkWork() throws(APIError) {
        guard let kMeans = fields.kMeans else { return }
        let centres = kMeans.k + (fields.wantsSweep ? Self.sweptCounts.reduce(0, +) : 0)
        let work = pointCount * clip.model.configuration.width * centres * kMeans.restartCount
        guard work <= Self.maximumWork else {
            throw APIError(
                .outOfRange,
                "asks for too much: points x numbers x centres x starts make \(work); at most \(Self.maximumWork) "
                    + "are accepted", at: .pointer(""))
        }
    }

    private var pointCount: Int {
        switch fields.points {
        case .texts(let texts): texts.count
        case .images(let images): images.count
        case .embeddings(let points, _), .centres(let points): points.count
        }
    }

    /// Vectors must be of the CLIP's space.
    private func checkWidths() throws(APIError) {
        let (vectors, name): ([[Float]], String)
        switch fields.points {
        case .embeddings(let points, _): (vectors, name) = (points, "embeddings")
        case .centres(let points): (vectors, name) = (points, "centres")
        case .texts, .images: return
        }
        let width = clip.model.configuration.width
        for (index, vector) in vectors.enumerated() where vector.count != width {
            throw APIError(
                .outOfRange, "must have \(width) numbers as the space of '\(clip.id)' has, not \(vector.count)",
                at: .pointer("/\(name)/\(index)"))
        }
    }
}

extension CentroidJob: Work {
    package static let kind = JobKind.centroids

    package var stepCount: Int { 1 }

    /// The set is a scorer when the job has ended.
    package func run(in session: JobSession) async throws(APIError) -> Result {
        let result = try await session.turn { () throws(APIError) in try run() }
        try registry.centroidStore.add(result.centroids)
        return result
    }

    package func result(of result: Result) -> JobResult { JobResult(answer: result.json(in: registry)) }
}

extension APIError {
    /// Points that can't be clustered.
    fileprivate init(_ error: KMeansError, of source: Centroids.Source) {
        let name = source == .text ? "texts" : source == .image ? "images" : "embeddings"
        switch error {
        case .empty: self.init(.outOfRange, "must not be empty", at: .pointer("/\(name)"))
        case .tooMany(let count, let maximum):
            self.init(.tooLong, "are \(count); at most \(maximum) are accepted", at: .pointer("/\(name)"))
        case .ragged(let index, let length, let expected):
            self.init(
                .outOfRange, "must have \(expected) numbers, not \(length)", at: .pointer("/\(name)/\(index)"))
        case .notFinite(let index):
            self.init(.outOfRange, "must be finite numbers in single precision", at: .pointer("/\(name)/\(index)"))
        case .tooFewDistinct(let distinct, let k):
            self.init(
                .outOfRange, "must be at most \(distinct), the number of different points, not \(k)",
                at: .pointer("/k"))
        }
    }

    /// A set that is none.
    fileprivate init(_ error: CentroidsError) {
        switch error {
        case .labels, .repeatedLabel: self.init(.outOfRange, "are wrong: \(error)", at: .pointer("/labels"))
        case .centre(let index):
            self.init(.outOfRange, "must be finite numbers in single precision", at: .pointer("/centres/\(index)"))
        case .count, .width, .weights, .metadata:
            self.init(.outOfRange, "are wrong: \(error)", at: .pointer("/centres"))
        }
    }
}
