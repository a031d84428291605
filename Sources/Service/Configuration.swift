import Glibc
package import Tensors

/// How the server is set up: from flags, then `LIMINAL_…` environment variables, then defaults; checked once.
package struct Configuration: Sendable, Equatable {
    /// The pipeline and the CLIP that are used where a request names none, if they are among the weights.
    package static let embeddedModel = "emoji"

    /// The address to listen on.
    package let host: String
    /// The port to listen on; 0 lets the system choose.
    package let port: Int
    /// The folder of the models.
    package let weights: String
    /// The folder of what the server itself writes.
    package let data: String
    /// How many threads compute.
    package let threads: Int
    /// What pipelines and CLIPs multiply in, integers in U-Nets alone; all other networks are computed in single precision.
    package let precision: Precision
    /// The least severe messages that are logged.
    package let logLevel: String
    /// The file of the API keys; nil where none is asked for.
    package let keyFile: String?
    /// Whether everyone who can reach the server is meant to use it.
    package let isOpen: Bool
    /// The origins of the web pages that may read answers.
    package let allowedOrigins: [String]
    /// How many requests a minute each caller may send; 0 for any number.
    package let rateLimit: Int
    /// How many requests may run or wait.
    package let queueLength: Int
    /// How many pictures may share a step; 1 for none.
    package let sharedSteps: Int
    /// The most bytes that a body may have.
    package let bodyLimit: Int
    /// How long a job may run, in seconds.
    package let jobSeconds: Int
    /// How long a job is kept after its end, in seconds.
    package let keepSeconds: Int
    /// How many jobs are kept after their end.
    package let keepCount: Int
    /// The most bytes of disk that jobs may take.
    package let dataQuota: Int
    /// The pipeline used where a request names none.
    package let defaultPipeline: String?
    /// The CLIP used where a request names none.
    package let defaultCLIP: String?
    /// Pipelines that lie elsewhere than in the folder of the models.
    package let pipelines: [NamedFolder]
    /// How many MiB the loaded pipelines may take.
    package let modelMemory: Int

    /// The flags by name, in the order in which they are printed.
    package static let names = [
        "host", "port", "weights", "data", "threads", "precision", "log-level", "api-key-file",
        "open", "allow-origin", "rate-limit", "queue-length", "share-steps",
        "body-limit",
        "job-seconds", "keep-seconds", "keep-count", "data-quota", "default-pipeline", "default-clip", "pipeline",
        "model-memory",
    ]

    /// The environment variable of a flag.
    package static func variable(_ name: String) -> String {
        "LIMINAL_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    private static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    /// Checks every setting; a flag counts more than its environment variable.
    package init(flags: [String: String] = [:], environment: [String: String] = [:]) throws(ConfigurationError) {
        let settings = Settings(flags: flags, environment: environment)
        if let name = KernelLevel.unknownLimit {
            let names = KernelLevel.allCases.map { "\($0)" }.joined(separator: ", ")
            throw .invalid(source: "LIMINAL_KERNELS", value: name, expected: "one of \(names)")
        }
        host = try settings.text("host") ?? "127.0.0.1"
        port = try settings.integer("port", in: 0...65535) ?? 8080
        weights = try settings.text("weights") ?? "weights"
        data = try settings.text("data") ?? "data"
        threads = try settings.integer("threads", in: 1...256) ?? Self.processorCount
        let kernels = KernelLevel.best
        let precisions = ["auto"] + kernels.precisions.map(\.rawValue)
        precision = try settings.choice("precision", of: precisions).flatMap(Precision.init) ?? kernels.fastestPrecision
        logLevel = try settings.choice("log-level", of: Self.logLevels) ?? "info"
        keyFile = try settings.text("api-key-file")
        isOpen = try settings.choice("open", of: ["0", "1"]) == "1"
        allowedOrigins = try settings.origins("allow-origin")
        rateLimit = try settings.integer("rate-limit", in: 0...1_000_000) ?? 0
        queueLength = try settings.integer("queue-length", in: 1...10_000) ?? 64
        sharedSteps = try settings.integer("share-steps", in: 1...16) ?? 4
        bodyLimit = try settings.integer("body-limit", in: 1024...1 << 30) ?? 32 << 20
        jobSeconds = try settings.integer("job-seconds", in: 1...1_000_000) ?? 6 * 3600
        keepSeconds = try settings.integer("keep-seconds", in: 0...1_000_000_000) ?? 7 * 24 * 3600
        keepCount = try settings.integer("keep-count", in: 1...1_000_000) ?? 1000
        dataQuota = try settings.integer("data-quota", in: 1 << 20...1 << 50) ?? 2 << 30
        defaultPipeline = try settings.text("default-pipeline")
        defaultCLIP = try settings.text("default-clip")
        pipelines = try settings.folders("pipeline")
        modelMemory = try settings.integer("model-memory", in: 1...1 << 30) ?? Self.halfOfMemory
    }

    /// The host as it stands in a URL: IPv6 addresses in brackets (RFC 3986 section 3.2.2).
    package var urlHost: String { host.contains(":") ? "[\(host)]" : host }

    /// Whether only this machine can reach the address (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
    package var isOnLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

    /// Every setting as `name=value`, for the log's first line.
    package var summary: String {
        let values = [
            host, "\(port)", weights, data, "\(threads)", precision.rawValue, logLevel, keyFile ?? "",
            isOpen ? "1" : "0", allowedOrigins.joined(separator: ","), "\(rateLimit)", "\(queueLength)",
            "\(sharedSteps)", "\(bodyLimit)", "\(jobSeconds)", "\(keepSeconds)", "\(keepCount)", "\(dataQuota)",
            defaultPipeline ?? Self.embeddedModel, defaultCLIP ?? Self.embeddedModel,
            pipelines.map { "\($0.name)=\($0.path)" }.joined(separator: ","), "\(modelMemory)",
        ]
        return zip(Self.names, values).map { "\($0)=\($1)" }.joined(separator: " ")
    }

    private static var processorCount: Int { min(256, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Half of the machine's, in MiB.
    private static var halfOfMemory: Int {
        max(1, (sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))) >> 21)
    }
}

/// A setting that is not what it must be.
package enum ConfigurationError: Error, Equatable {
    case invalid(source: String, value: String, expected: String)
}

/// Flags and environment under the same names.
private struct Settings {
    let flags: [String: String]
    let environment: [String: String]

    func text(_ name: String) throws(ConfigurationError) -> String? {
        guard let (value, source) = value(name) else { return nil }
        guard !value.isEmpty else { throw .invalid(source: source, value: value, expected: "a text") }
        return value
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let (value, source) = value(name) else { return nil }
        guard let integer = Int(value), range.contains(integer) else {
            throw .invalid(
                source: source, value: value, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func choice(_ name: String, of choices: [String]) throws(ConfigurationError) -> String? {
        guard let (value, source) = value(name) else { return nil }
        guard choices.contains(value) else {
            throw .invalid(source: source, value: value, expected: "one of \(choices.joined(separator: ", "))")
        }
        return value
    }

    /// `NAME=FOLDER`, several of them with commas in between.
    func folders(_ name: String) throws(ConfigurationError) -> [NamedFolder] {
        guard let text = try text(name) else { return [] }
        let source = value(name)?.source ?? name
        var folders: [NamedFolder] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let folder = NamedFolder(part), NamedFolder.isName(folder.name) else {
                throw .invalid(
                    source: source, value: String(part),
                    expected: "NAME=FOLDER, the name made of letters of ASCII, digits, '-', '_' and '.', not '.' first")
            }
            folders.append(folder)
        }
        return folders
    }

    /// Origins, several of them with commas in between.
    func origins(_ name: String) throws(ConfigurationError) -> [String] {
        guard let text = try text(name) else { return [] }
        let source = value(name)?.source ?? name
        let origins = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for origin in origins where !Origins.isOrigin(origin) {
            throw .invalid(
                source: source, value: origin, expected: "an origin as browsers write it, such as 'https://example.org'"
            )
        }
        return origins
    }

    private func value(_ name: String) -> (value: String, source: String)? {
        if let value = flags[name] { return (value, "--\(name)") }
        let variable = Configuration.variable(name)
        return environment[variable].map { ($0, variable) }
    }
}
