import ArgumentParser
import JSON
import Scoring
import Service

/// Fits centroids: `liminal fit`.
struct FitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Fits K-Means centres to a folder of PNG or JPEG files, as a scorer kmeans:NAME.",
        discussion: "Stores the set under --data, where the server finds it, and prints it as a JSON object.")

    @Argument(help: "The folder of the PNG and JPEG files.")
    var folder: String

    @Option(help: "The new set's name.")
    var name: String

    @Option(help: "How many centres, 2 to 256.")
    var k: String

    @Option(help: "Where the random stream begins; 0 if absent.")
    var seed: String?

    @Option(help: "How many starts are tried, 1 to 100; the best counts.")
    var restarts: String?

    @Option(help: "A name for each centre, separated by commas.")
    var labels: String?

    @Option(help: "The CLIP in whose space the images are.")
    var embedder: String?

    @Flag(help: "Fit k = 2...14 as well, and say where the elbow is.")
    var sweep = false

    @OptionGroup(title: "Models")
    var models: ModelOptions

    private static let maximumByteCount = 1 << 28
    private static let batchCount = 16

    func run() async throws {
        let configuration = try models.configuration()
        let files = try pictures()
        let registry = try Failure.loading(configuration, pipelines: .none)
        let body = fields.cursor
        // What is wrong is said before anything is computed.
        let clip = try Failure.catching { () throws(APIError) in
            _ = try CentroidFields(body, embeddings: ([], .image))
            try registry.centroidStore.checkIsFree(name)
            return try registry.clip(named: embedder)
        }
        let bar = ProgressBar()
        defer { bar.finish() }
        var points: [[Float]] = []
        for start in stride(from: 0, to: files.count, by: Self.batchCount) {
            bar.show(start, of: files.count)
            for file in files[start..<min(files.count, start + Self.batchCount)] {
                points.append(try embedding(of: file, in: clip))
            }
        }
        let answer = try Failure.catching { [points] () throws(APIError) in
            let fields = try CentroidFields(body, embeddings: (points, .image))
            let result = try CentroidJob(fields, registry: registry).run()
            try registry.centroidStore.add(result.centroids)
            return result.json(in: registry)
        }
        bar.finish()
        StandardOutput.print(.object(answer))
    }

    private var fields: TextFields {
        var fields = TextFields()
        fields.set("name", text: name)
        for (name, value) in [("k", k), ("seed", seed), ("restarts", restarts)] { fields.set(name, number: value) }
        fields.set("labels", list: labels)
        fields.set("embedder", text: embedder)
        fields.set("sweep", value: .bool(sweep))
        return fields
    }

    private func pictures() throws(Failure) -> [String] {
        guard let names = ModelFolders.files(in: folder) else { throw Failure("\(folder): no such folder.") }
        let pictures = names.filter { name in
            [".png", ".jpg", ".jpeg"].contains { name.lowercased().hasSuffix($0) }
        }.map { "\(folder)/\($0)" }
        guard !pictures.isEmpty else { throw Failure("\(folder): no PNG or JPEG file is there.") }
        return pictures
    }

    private func embedding(of file: String, in clip: ModelRegistry.LoadedCLIP) throws(Failure) -> [Float] {
        let bytes = try File.read(file, maximumByteCount: Self.maximumByteCount)
        do throws(APIError) {
            return try clip.embedding(ofEncoded: bytes)
        } catch {
            throw Failure("\(file) \(error.reason).")
        }
    }
}
