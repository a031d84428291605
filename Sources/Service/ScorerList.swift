import Scoring
import Synchronization

/// The scorers of a registry, which every request asks for and which are others only when the sets of centroids are.
final class ScorerList: Sendable {
    private struct State {
        var version: Int?
        var scorers: [Scorer] = []
    }

    private let state = Mutex(State())

    /// The scorers; lists them anew where the store has changed.
    func scorers(of store: CentroidStore, _ list: ([Centroids]) -> [Scorer]) -> [Scorer] {
        // Read before the sets are: what changes in between makes the next request list them again.
        let version = store.version
        return state.withLock { state in
            if state.version != version { (state.version, state.scorers) = (version, list(store.all)) }
            return state.scorers
        }
    }
}
