import Synchronization

/// Panels, or a weight of a file that becomes panels when they are first asked for.
enum PanelLayout: Sendable {
    case ready(Panels)
    case deferred(DeferredPanels)

    /// Lays a weight out, now or later as it says itself.
    init(of weight: StoredTensor, _ layOut: @escaping @Sendable (StoredTensor) -> Panels) {
        self = weight.isDeferred ? .deferred(DeferredPanels { layOut(weight) }) : .ready(layOut(weight))
    }

    /// The panels, which are there from now on.
    var panels: Panels {
        switch self {
        case .ready(let panels): panels
        case .deferred(let deferred): deferred.panels
        }
    }
}

/// Panels that the first to ask for them makes, and all share.
final class DeferredPanels: Sendable {
    private enum State {
        case waiting(@Sendable () -> Panels)
        case ready(Panels)
    }

    private let state: Mutex<State>

    init(_ layOut: @escaping @Sendable () -> Panels) { state = Mutex(.waiting(layOut)) }

    var panels: Panels {
        state.withLock { state in
            switch state {
            case .ready(let panels): return panels
            case .waiting(let layOut):
                let panels = layOut()
                state = .ready(panels)
                return panels
            }
        }
    }
}
