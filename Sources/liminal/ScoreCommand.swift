import ArgumentParser
import JSON
import Service

/// Scores files: `liminal score`.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Tells how ambiguous the style of PNG files is.",
        discussion: "Prints a JSON object with the scores of each file, in order.")

    @Argument(help: "The PNG or JPEG files.")
    var files: [String]

    @Option(help: "The text that the pictures are of, for scorers that compare them with it.")
    var prompt: String?

    @OptionGroup(title: "Scoring")
    var scoring: ScoringFlags

    @OptionGroup(title: "Models")
    var models: ModelOptions

    private static let maximumByteCount = 1 << 28

    func run() async throws {
        let configuration = try models.configuration()
        var fields = TextFields()
        scoring.add(to: &fields)
        let options = try Failure.catching { [fields] () throws(APIError) in try ScoringOptions(fields.cursor) }
        var pictures: [[UInt8]] = []
        for file in files { pictures.append(try File.read(file, maximumByteCount: Self.maximumByteCount)) }
        let registry = try Failure.loading(configuration, pipelines: .none)
        let scorers = try Failure.catching { () throws(APIError) in try registry.scorers(for: options) }
        let bar = ProgressBar()
        defer { bar.finish() }
        var data: [JSONValue] = []
        for (index, (file, picture)) in zip(files, pictures).enumerated() {
            bar.show(index, of: files.count)
            data.append(try score(picture, of: file, scorers, registry, topCount: options.topCount))
        }
        bar.finish()
        StandardOutput.print(["object": "list", "data": .array(data)])
    }

    /// One file at a time: there may be any number.
    private func score(
        _ picture: [UInt8], of file: String, _ scorers: [Scorer], _ registry: ModelRegistry, topCount: Int
    ) throws(Failure) -> JSONValue {
        do throws(APIError) {
            let job = try ScoreJob(encoded: picture, scorers: scorers, prompt: prompt, topCount: topCount)
            let scores = try job.run(registry.classifiers)
            let entry = job.json(of: 0, scores[0])
            return .object((["file": .string(file)] as JSONObject).merging(entry))
        } catch {
            throw Failure("\(file) \(error.reason).")
        }
    }
}
