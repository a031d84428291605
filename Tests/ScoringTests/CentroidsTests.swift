import Layers
import Scoring
import TestSupport
import Testing

@Suite struct CentroidsTests {
    private static func set(_ centres: [[Float]], labels: [String]? = nil) throws -> Centroids {
        try Centroids(
            name: "mine", embedder: "emoji", source: .text, labels: labels, centres: centres, inertia: 1.5,
            meanDistance: 0.25, seed: 7)
    }

    /// arXiv 2407.12009's golden numbers: distances .5 to .9 give these probabilities, and CE = 1.6607973578.
    @Test func posteriorIsTheSoftmaxOfInverseDistances() throws {
        let classifier = CentroidClassifier(try Self.set([[0.5], [0.6], [0.7], [0.8], [0.9]]))
        let posterior = classifier.posterior(ofEmbedding: [0])
        let expected = [0.31598, 0.22641, 0.17844, 0.14926, 0.12990]
        for (probability, value) in zip(posterior.probabilities, expected) { #expect(abs(probability - value) < 5e-6) }
        #expect(abs(posterior.reward + 1.6607973578) < 1e-6)
        let mild = classifier.posterior(ofEmbedding: [0], temperature: 1e6)
        #expect(mild.ambiguity > 0.999999)
    }

    @Test func aCentreItselfHasAFiniteLogit() throws {
        let classifier = CentroidClassifier(try Self.set([[1, 0], [0, 1]]))
        let posterior = classifier.posterior(ofEmbedding: [1, 0])
        #expect(posterior.isFinite)
        #expect(posterior.top(1) == [0])
        #expect(posterior.probabilities[0] == 1)
    }

    @Test func isTheSameAfterAFile() throws {
        let folder = try TemporaryFolder()
        let set = try Self.set([[1, -0.1], [0.25, 3e-20], [7, 8]], labels: ["a", "b / ü", "c"])
        let path = try folder.write(set.encoded(), to: "mine.safetensors")
        #expect(try Centroids(contentsOf: path, name: "mine", on: .forTests) == set)
    }

    @Test func namesCentresThatHaveNoLabels() throws {
        #expect(try Self.set([[1], [2], [3]]).labels == ["cluster-0", "cluster-1", "cluster-2"])
    }

    @Test(
        "reads the sets that ship", arguments: [("emoji-text-5", Centroids.Source.text), ("emoji-image-5", .image)])
    func readsEmbedded(name: String, source: Centroids.Source) throws {
        let path = Repository.weights("centroids/\(name).safetensors")
        let set = try Centroids(contentsOf: path, name: name, on: .forTests)
        #expect(set.embedder == "emoji" && set.source == source && set.centres.count == 5 && set.width == 128)
        #expect(set.inertia != nil && set.meanDistance != nil && set.seed == 0)
    }

    @Test(
        "refuses what is no set",
        arguments: [
            ([[1]], nil, CentroidsError.count(1)), ([[], []], nil, .width(0)),
            ([[1], [1, 2]], nil, .centre(index: 1)),
            ([[1], [.nan]], nil, .centre(index: 1)), ([[1], [2]], ["a"], .labels(1, centres: 2)),
            ([[1], [2]], ["a", "a"], .repeatedLabel),
        ] as [([[Float]], [String]?, CentroidsError)])
    func refuses(centres: [[Float]], labels: [String]?, error: CentroidsError) {
        #expect(throws: error) { _ = try Self.set(centres, labels: labels) }
    }

    @Test(
        "refuses files that do not say what they are of",
        arguments: [
            ([("source", "text")], "embedder"), ([("embedder", "emoji"), ("source", "dream")], "source"),
            ([("embedder", "emoji"), ("source", "text"), ("labels", "[1, 2]")], "labels"),
            ([("embedder", "emoji"), ("source", "text"), ("inertia", "much")], "inertia"),
        ] as [([(String, String)], String)])
    func refusesMetadata(metadata: [(String, String)], name: String) throws {
        var document = SafetensorsDocument(metadata: metadata)
        document.append("centres", [1, 2], shape: [2, 1])
        let folder = try TemporaryFolder()
        let path = try folder.write(document.encoded(), to: "set.safetensors")
        #expect(throws: CentroidsError.metadata(name)) {
            _ = try Centroids(contentsOf: path, name: "set", on: .forTests)
        }
    }
}
