import Synchronization

/// What clients of AUTOMATIC1111's API have set: the checkpoint of each caller's requests that name none.
final class WebUIOptions: Sendable {
    private let checkpoints = Mutex<[String: String]>([:])

    /// The pipeline that a caller has chosen.
    func checkpoint(of caller: Caller) -> String? { checkpoints.withLock { $0[caller.owner] } }

    /// Chooses a pipeline for a caller's next requests.
    func setCheckpoint(_ id: String, for caller: Caller) { checkpoints.withLock { $0[caller.owner] = id } }
}
