import Service

/// Why a command ends without success, in one plain sentence.
struct Failure: Error {
    let sentence: String
    /// Whether the command itself was wrong.
    let isUsage: Bool

    init(_ sentence: String) {
        self.sentence = sentence
        isUsage = false
    }

    init(usage sentence: String) {
        self.sentence = sentence
        isUsage = true
    }

    /// A setting that is not what it must be.
    init(_ error: ConfigurationError) {
        switch error {
        case .invalid(let source, let value, let expected):
            self.init(usage: "\(source) must be \(expected), not '\(value)'.")
        }
    }

    /// Weights that can't be loaded.
    init(_ error: RegistryError) { self.init("\(error).") }

    /// A request that the service refuses: its fields came from flags of the same names.
    init(_ error: APIError) {
        guard case .pointer(let pointer) = error.place else {
            self.init(error.message)
            return
        }
        let name = pointer.split(separator: "/").first.map(String.init) ?? "prompt"
        let flag = name.map { $0 == "_" ? "-" : String($0) }.joined()
        self.init(usage: "\(flag == "prompt" ? "The prompt" : "--\(flag)") \(error.reason).")
    }

    /// What a part of the service gives, its refusal turned into one of the command.
    static func catching<Value>(_ body: () throws(APIError) -> Value) throws(Failure) -> Value {
        do throws(APIError) { return try body() } catch { throw Failure(error) }
    }

    /// The models of a configuration.
    static func loading(
        _ configuration: Configuration, pipelines: ModelFolders.Selection
    ) throws(Failure) -> ModelRegistry {
        do throws(RegistryError) {
            return try ModelRegistry(configuration, pipelines: pipelines)
        } catch {
            throw Failure(error)
        }
    }
}
