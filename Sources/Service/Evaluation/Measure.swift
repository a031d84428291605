package import JSON
import Scoring

/// One figure of one system: a mean over its images with an interval, or a figure of the whole set.
package struct Measure: Sendable, Equatable {
    /// What is measured.
    package let name: String
    /// The mean, or the set's figure.
    package let value: Double
    /// The 95 % bootstrap interval of a mean; nil for a set's figure.
    package let interval: ClosedRange<Double>?
    /// The standard deviation over the images (n in the denominator); nil for what is no mean over images.
    package let deviation: Double?
    /// How many images it is over.
    package let count: Int
    /// The model that saw them; nil for what several or none saw.
    package let embedder: String?

    /// A figure of a whole set.
    init(_ name: String, value: Double, count: Int, embedder: String?) {
        (self.name, self.value, self.count, self.embedder) = (name, value, count, embedder)
        (interval, deviation) = (nil, nil)
    }

    /// A mean over what is no single image, pairs say.
    init(_ name: String, _ bootstrap: BootstrapInterval, _ count: Int, _ embedder: String?) {
        (self.name, value, self.count, self.embedder) = (name, bootstrap.mean, count, embedder)
        interval = bootstrap.lower...bootstrap.upper
        deviation = nil
    }

    /// A mean over images, with the interval that a seeded bootstrap gives.
    init(_ name: String, meanOf values: [Double], embedder: String?, seed: UInt64) throws(SetMetricError) {
        let bootstrap = try BootstrapInterval(ofMeanOf: values, seed: seed)
        (self.name, value, self.embedder, count) = (name, bootstrap.mean, embedder, values.count)
        interval = bootstrap.lower...bootstrap.upper
        let mean = bootstrap.mean
        deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    /// The measure of the API.
    package var json: JSONValue {
        [
            "measure": .string(name), "value": .real(value),
            "interval": interval.map { [.real($0.lowerBound), .real($0.upperBound)] } ?? .null,
            "standard_deviation": deviation.map(JSONValue.real) ?? .null, "n": .integer(Int64(count)),
            "embedder": embedder.map(JSONValue.string) ?? .null,
        ]
    }
}
