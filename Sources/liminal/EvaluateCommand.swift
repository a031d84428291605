import ArgumentParser
import Glibc
import JSON
import Service

/// Compares systems: `liminal evaluate`.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compares systems on the same prompts and seeds, as POST /v1/evaluations does.",
        discussion: """
            Reads the request's JSON body from a file, writes table.csv, table.md and the pictures into a folder, and \
            prints the result as a JSON object.
            """)

    @Argument(help: "The file of the request, as the API takes it.")
    var request: String

    @Option(name: .shortAndLong, help: "The folder of the tables and pictures; made if it is not there.")
    var output: String

    @OptionGroup(title: "Models")
    var models: ModelOptions

    private static let maximumByteCount = 1 << 28

    func run() async throws {
        let configuration = try models.configuration()
        let bytes = try File.read(request, maximumByteCount: Self.maximumByteCount)
        let fields = try explaining { () throws(APIError) in try EvaluationFields(parsing: bytes) }
        let registry = try Failure.loading(configuration, pipelines: .all)
        let evaluation: Evaluation
        do throws(APIError) {
            evaluation = try await Evaluation(fields, registry: registry)
        } catch {
            throw failure(error)
        }
        try makeFolder()
        let bar = ProgressBar()
        defer { bar.finish() }
        let units = evaluation.units
        var tally = EvaluationTally(of: evaluation)
        for (index, unit) in units.enumerated() {
            bar.show(index, of: units.count)
            tally.add(try explaining { () throws(APIError) in try evaluation.draw(unit, registry.classifiers) })
        }
        let result = try explaining { [tally] () throws(APIError) in try tally.result() }
        bar.finish()
        try File.write(Array(result.csv.utf8), to: "\(output)/table.csv")
        try File.write(Array(result.markdown.utf8), to: "\(output)/table.md")
        for picture in result.pictures { try File.write(picture.png, to: "\(output)/\(picture.name).png") }
        StandardOutput.print(.object(result.json))
    }

    private func explaining<Value>(_ body: () throws(APIError) -> Value) throws(Failure) -> Value {
        do throws(APIError) { return try body() } catch { throw failure(error) }
    }

    /// What is wrong is wrong in the file.
    private func failure(_ error: APIError) -> Failure { Failure("\(request): \(error.message)") }

    private func makeFolder() throws(Failure) {
        guard mkdir(output, 0o755) == 0 || errno == EEXIST else {
            throw Failure("\(output): \(String(cString: strerror(errno))).")
        }
    }
}
