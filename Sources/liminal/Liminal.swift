import ArgumentParser
import Glibc
import Service

/// The command line's root.
struct LiminalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "liminal",
        abstract: "Draws images from text and tells how ambiguous their style is.",
        discussion: "Exit codes: 0 for success, 2 for a command that is wrong, 1 for anything else.",
        version: Version.number,
        subcommands: [
            ServeCommand.self, GenerateCommand.self, ScoreCommand.self, FitCommand.self, EvaluateCommand.self,
            InspectCommand.self,
        ])
}

/// Runs a command and turns what it throws into an exit code and one sentence.
@main
enum Liminal {
    static func main() async {
        do {
            let command = try LiminalCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
        } catch let failure as Failure {
            StandardError.write("liminal: \(failure.sentence)\n")
            exit(failure.isUsage ? 2 : 1)
        } catch {
            // Help and version end here as well, as successes.
            let isSuccess = LiminalCommand.exitCode(for: error).isSuccess
            let message = LiminalCommand.fullMessage(for: error)
            if isSuccess { print(message) } else { StandardError.write(message + "\n") }
            exit(isSuccess ? 0 : 2)
        }
    }
}
