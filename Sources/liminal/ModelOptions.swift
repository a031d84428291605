import ArgumentParser
import Glibc
import Service

/// The flags of every command that loads models.
struct ModelOptions: ParsableArguments {
    @Option(help: "The folder of the models. [LIMINAL_WEIGHTS, weights]")
    var weights: String?

    @Option(help: "The folder of what is fitted. [LIMINAL_DATA, data]")
    var data: String?

    @Option(help: "How many threads compute. [LIMINAL_THREADS, the processor's]")
    var threads: String?

    @Option(
        help: """
            What is multiplied: fp32, bf16 or, less exactly, int8 where the CPU has them, or auto for the faster of the \
            first two. [LIMINAL_PRECISION, auto]
            """)
    var precision: String?

    @Option(help: "The pipeline used where none is named. [LIMINAL_DEFAULT_PIPELINE, \(Configuration.embeddedModel)]")
    var defaultPipeline: String?

    @Option(
        name: .customLong("default-clip"),
        help: "The CLIP used where none is named. [LIMINAL_DEFAULT_CLIP, \(Configuration.embeddedModel)]")
    var defaultCLIP: String?

    @Option(help: "NAME=FOLDER, a pipeline that lies elsewhere; may be repeated. [LIMINAL_PIPELINE, with commas]")
    var pipeline: [String] = []

    @Option(help: "How many MiB the loaded pipelines may take. [LIMINAL_MODEL_MEMORY, half of the machine's]")
    var modelMemory: String?

    /// The flags that were given.
    var flags: [String: String] {
        let flags = [
            "weights": weights, "data": data, "threads": threads, "precision": precision,
            "default-pipeline": defaultPipeline, "default-clip": defaultCLIP,
            "pipeline": pipeline.isEmpty ? nil : pipeline.joined(separator: ","), "model-memory": modelMemory,
        ]
        return flags.compactMapValues { $0 }
    }

    /// Flags and environment, checked.
    func configuration(with more: [String: String] = [:]) throws -> Configuration {
        do throws(ConfigurationError) {
            return try Configuration(flags: flags.merging(more) { $1 }, environment: Self.environment)
        } catch {
            throw Failure(error)
        }
    }

    private static var environment: [String: String] {
        Configuration.names.map(Configuration.variable).reduce(into: [:]) { variables, name in
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
    }
}
