import Synchronization
import Tensors

/// The preview of one autoencoder, fitted when it is first asked for.
final class PreviewFit: Sendable {
    private let fitted = Mutex<LatentPreview?>(nil)

    /// The preview; whoever asks at the same time waits for the one fit, so it must be called where arithmetic may run.
    func callAsFunction(of autoencoder: Autoencoder, on device: Device) -> LatentPreview {
        fitted.withLock { fitted in
            let preview = fitted ?? LatentPreview(of: autoencoder, on: device)
            fitted = preview
            return preview
        }
    }
}
