import Synchronization

/// What clients of AUTOMATIC1111's API have set: the checkpoint of each caller's requests that name none.
final class WebUIOptions: Sendable {
    private let usual: String?
    private let checkpoints = Mutex<[String: String]>([:])

    /// Options of which `usual` is the checkpoint of callers who have chosen none.
    init(usual: String?) { self.usual = usual }

    /// The pipeline that a caller has chosen; nil if there is no pipeline.
    func checkpoint(of caller: Caller) -> String? { checkpoints.withLock { $0[caller.owner] } ?? usual }

    /// Chooses a pipeline for a caller's next requests.
    func setCheckpoint(_ id: String, for caller: Caller) { checkpoints.withLock { $0[caller.owner] = id } }
}
