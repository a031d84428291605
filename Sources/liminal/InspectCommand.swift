import ArgumentParser
import Service

/// Says what a folder holds: `liminal inspect`.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints what a model folder holds: parts, parameters, precision, and what is missing.",
        discussion: "Prints a JSON object; exits with 1 if the model can't be used.")

    @Argument(help: "A folder of weights/diffusion, weights/clip or weights/gan.")
    var folder: String

    func run() async throws {
        let inspection = Inspection(folder: folder)
        StandardOutput.print(inspection.json)
        if let problem = inspection.problems.first { throw Failure("\(problem).") }
    }
}
