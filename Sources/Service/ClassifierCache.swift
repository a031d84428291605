import Scoring
import Synchronization

/// Classifiers whose style texts are embedded already, the most recently used first.
package final class ClassifierCache: Sendable {
    private struct Entry {
        let clip: String
        let classifier: CLIPStyleClassifier
    }

    private static let maximumCount = 16

    private let entries = Mutex<[Entry]>([])

    /// An empty cache.
    package init() {}

    /// A CLIP's classifier over styles; embeds them if they are new, so it must be called where arithmetic may run.
    func classifier(of clip: ModelRegistry.LoadedCLIP, over styles: StyleList) -> CLIPStyleClassifier {
        let found = entries.withLock { entries -> CLIPStyleClassifier? in
            let index = entries.firstIndex { $0.clip == clip.id && $0.classifier.labels == styles.labels }
            guard let index else { return nil }
            let entry = entries.remove(at: index)
            entries.insert(entry, at: 0)
            return entry.classifier
        }
        if let found { return found }
        let classifier = CLIPStyleClassifier(model: clip.model, labels: styles.labels)
        entries.withLock { entries in
            entries.insert(Entry(clip: clip.id, classifier: classifier), at: 0)
            if entries.count > Self.maximumCount { entries.removeLast() }
        }
        return classifier
    }
}
