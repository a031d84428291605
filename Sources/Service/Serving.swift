package import HTTP
package import Jobs
import Logging

/// The server's whole life: load, listen, warm up, serve, drain, stop.
package struct Serving: Sendable {
    private let configuration: Configuration
    private let logger: Logger

    /// A server that is yet to be run.
    package init(_ configuration: Configuration) {
        self.configuration = configuration
        var logger = Logger(label: "liminal") { label in StreamLogHandler.standardError(label: label) }
        logger.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
        self.logger = logger
    }

    /// Runs until the system asks for the end; `listening` is told the address as soon as there is one.
    package func run(listening: (String) -> Void) async throws(ServingError) {
        logger.info("configuration \(configuration.summary)")
        let access = try access()
        let registry = try load()
        let queue = JobQueue(
            engine: Engine(queueLength: configuration.queueLength, isShared: access.isShared), archive: try archive(),
            classifiers: registry.classifiers, limit: .seconds(configuration.jobSeconds),
            sharedCount: configuration.sharedSteps)
        let application = Application(registry: registry, queue: queue, access: access, logger: logger)
        let signals = Signals()
        let server = try listen(application)
        listening("http://\(configuration.urlHost):\(server.port)")
        do throws(APIError) {
            try await WarmUp(registry: registry).run(in: queue)
        } catch {
            await server.stop()
            throw .warmUp(error)
        }
        async let jobs: Void = queue.run()
        await JobRecovery(queue: queue, factory: JobFactory(registry), logger: logger).run()
        logger.info("ready")
        await signals.wait()
        logger.info("stopping: new requests are refused, \(queue.engine.admission.count) run or wait")
        queue.close()
        await jobs
        await queue.engine.admission.waitUntilIdle()
        await server.stop()
        logger.info("stopped")
    }

    private func access() throws(ServingError) -> Access {
        if let file = configuration.keyFile, KeyFile.isReadableByOthers(file) {
            logger.warning("everyone on this machine may read the API keys in \(file)")
        }
        do throws(AccessError) { return try Access(configuration) } catch { throw .access(error) }
    }

    private func load() throws(ServingError) -> ModelRegistry {
        let start = ContinuousClock.now
        do throws(RegistryError) {
            let registry = try ModelRegistry(configuration)
            let loaded = [registry.pipelines.defaultID].compactMap(\.self) + registry.clips.map(\.id)
            logger.info("loaded \(loaded.joined(separator: ", ")) in \(ContinuousClock.now - start)")
            let known = registry.pipelines.all.map(\.folder.id).joined(separator: ", ")
            logger.info("pipelines: \(known)")
            return registry
        } catch {
            throw .registry(error)
        }
    }

    private func archive() throws(ServingError) -> JobArchive {
        do throws(JobStoreError) {
            let retention = Retention(
                milliseconds: Int64(configuration.keepSeconds) * 1000, jobCount: configuration.keepCount,
                byteCount: configuration.dataQuota)
            return JobArchive(try SQLiteJobStore(folder: configuration.data), retention: retention, logger: logger)
        } catch {
            throw .store(error)
        }
    }

    private func listen(_ application: Application) throws(ServingError) -> Server {
        var limits = ServerConfiguration()
        limits.host = configuration.host
        limits.port = configuration.port
        limits.bodyLimit = configuration.bodyLimit
        do throws(ServerError) {
            return try Server(
                configuration: limits, gate: { application.gate($0) }, refusal: { application.refuse($0, $1) },
                handler: { await application($0) })
        } catch {
            throw .server(error)
        }
    }
}

/// Why a server ended other than by being asked to.
package enum ServingError: Error, Equatable {
    case access(AccessError)
    case registry(RegistryError)
    case store(JobStoreError)
    case server(ServerError)
    case warmUp(APIError)

    /// Whether the command itself was wrong.
    package var isUsage: Bool {
        switch self {
        case .access(.unguarded), .access(.openWithKeys): true
        default: false
        }
    }
}

extension ServingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .access(let error): "\(error)"
        case .registry(let error): "\(error)"
        case .store(let error): "the jobs can't be kept: \(error)"
        case .server(.cannotListen(let host, let port, let reason)): "can't listen on \(host):\(port): \(reason)"
        case .server(.cannotStart(let reason)): "the HTTP server does not start: \(reason)"
        case .warmUp(let error): "the warm-up failed: \(error.message)"
        }
    }
}
