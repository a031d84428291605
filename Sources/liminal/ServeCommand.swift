import ArgumentParser
import Glibc
import Service

/// Serves the models over HTTP: `liminal serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the models over HTTP.",
        discussion: """
            Prints the address that it listens on, and logs to standard error. SIGTERM or SIGINT stops it: what runs or \
            waits is finished, what is new is refused; a second signal ends it at once.
            """)

    @Option(help: "The address to listen on. [LIMINAL_HOST, 127.0.0.1]")
    var host: String?

    @Option(help: "The port to listen on; 0 lets the system choose. [LIMINAL_PORT, 8080]")
    var port: String?

    @OptionGroup(title: "Models")
    var models: ModelOptions

    @Option(help: "The least severe messages that are logged. [LIMINAL_LOG_LEVEL, info]")
    var logLevel: String?

    @Option(help: "A file of API keys, one a line: KEY or NAME:KEY. [LIMINAL_API_KEY_FILE]")
    var apiKeyFile: String?

    @Flag(help: "Lets everyone in who can reach the address, where it is not the loopback's. [LIMINAL_OPEN=1]")
    var open = false

    @Option(help: "An origin whose web pages may read answers; may be repeated. [LIMINAL_ALLOW_ORIGIN, with commas]")
    var allowOrigin: [String] = []

    @Option(help: "How many requests a minute each key, or each address, may send. [LIMINAL_RATE_LIMIT, any number]")
    var rateLimit: String?

    @Option(help: "How many requests may run or wait. [LIMINAL_QUEUE_LENGTH, 64]")
    var queueLength: String?

    @Option(
        help: """
            How many pictures of 64 px, where it gains time, may share a step, of one request or several; 1 for none. \
            [LIMINAL_SHARE_STEPS, 4]
            """)
    var shareSteps: String?

    @Option(help: "The most bytes that a body may have. [LIMINAL_BODY_LIMIT, 33554432]")
    var bodyLimit: String?

    @Option(help: "How many seconds a job may run. [LIMINAL_JOB_SECONDS, 21600]")
    var jobSeconds: String?

    @Option(help: "How many seconds a job is kept after its end. [LIMINAL_KEEP_SECONDS, 604800]")
    var keepSeconds: String?

    @Option(help: "How many jobs are kept after their end. [LIMINAL_KEEP_COUNT, 1000]")
    var keepCount: String?

    @Option(help: "The most bytes that jobs may take in --data. [LIMINAL_DATA_QUOTA, 2147483648]")
    var dataQuota: String?

    func run() async throws {
        let flags = [
            "host": host, "port": port, "log-level": logLevel, "api-key-file": apiKeyFile, "open": open ? "1" : nil,
            "allow-origin": allowOrigin.isEmpty ? nil : allowOrigin.joined(separator: ","), "rate-limit": rateLimit,
            "queue-length": queueLength, "share-steps": shareSteps,
            "body-limit": bodyLimit, "job-seconds": jobSeconds,
            "keep-seconds": keepSeconds, "keep-count": keepCount, "data-quota": dataQuota,
        ]
        let configuration = try models.configuration(with: flags.compactMapValues { $0 })
        do throws(ServingError) {
            try await Serving(configuration).run { address in
                print(address)
                fflush(nil)  // a pipe's reader waits for the address
            }
        } catch {
            throw error.isUsage ? Failure(usage: "\(error).") : Failure("\(error).")
        }
    }
}
