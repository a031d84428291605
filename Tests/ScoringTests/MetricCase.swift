import Scoring
import TestSupport
import Testing

/// A case of `Tests/Golden/metrics.safetensors`: generated items, references, and what the reference packages say.
struct MetricCase {
    static let names = ["wide", "tall", "cone", "square", "repeated", "few", "pair", "one"]

    let items: EmbeddingSet
    let references: EmbeddingSet
    private let golden: Golden
    private let name: String

    init(_ name: String) throws {
        golden = try Golden("metrics.safetensors")
        self.name = name
        items = try EmbeddingSet(try golden.rows("\(name).items"))
        references = try EmbeddingSet(try golden.rows("\(name).references"))
    }

    /// What a metric must be; nil where the case has none.
    func expected(_ metric: String) throws -> [Double]? {
        golden.names.contains("\(name).\(metric)") ? try golden.doubles("\(name).\(metric)") : nil
    }

    /// Expects a number within `relative` of its reference's size.
    func expect(
        _ actual: Double, is metric: String, relative: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let reference = try #require(try expected(metric), sourceLocation: sourceLocation)[0]
        let error = abs(actual - reference) / abs(reference)
        #expect(error <= relative, "\(name).\(metric): \(actual), not \(reference)", sourceLocation: sourceLocation)
    }
}

extension Golden {
    /// A matrix's rows.
    fileprivate func rows(_ name: String) throws -> [[Float]] {
        let (scalars, width) = (try floats(name), try shape(name)[1])
        return stride(from: 0, to: scalars.count, by: width).map { Array(scalars[$0..<$0 + width]) }
    }
}
