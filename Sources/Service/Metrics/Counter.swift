import Synchronization

/// A number that only grows, for each combination of its labels' values.
package final class Counter: Sendable {
    private let name, help: String
    private let labels: [String]
    private let counts = Mutex<[[String]: Double]>([:])

    /// Nothing counted yet.
    package init(_ name: String, _ help: String, labels: [String] = []) {
        (self.name, self.help, self.labels) = (name, help, labels)
    }

    /// Counts one more under values of the labels, of which there must be few.
    package func count(_ values: String...) {
        precondition(values.count == labels.count, "a value for each label")
        counts.withLock { $0[values, default: 0] += 1 }
    }

    /// Adds the family to an exposition, in the order of its labels' values.
    package func write(to exposition: inout Exposition) {
        exposition.begin(name, .counter, help)
        let counts = counts.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (values, count) in counts { exposition.add(name, Array(zip(labels, values)), count) }
    }
}
