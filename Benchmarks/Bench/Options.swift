import Tensors

/// What the process was started with.
struct Options {
    /// A pipeline in diffusers' layout.
    let folder: String
    private(set) var clip: String?
    private(set) var threads = 2
    private(set) var precision = KernelLevel.best.fastestPrecision

    /// Reads the arguments; nil where they are not understood.
    init?(_ arguments: some Sequence<String>) {
        var words = Array(arguments)[...]
        guard let folder = words.popFirst(), words.count.isMultiple(of: 2) else { return nil }
        self.folder = folder
        while let name = words.popFirst(), let value = words.popFirst() {
            switch name {
            case "--clip": clip = value
            case "--threads":
                guard let count = Int(value), count >= 1 else { return nil }
                threads = count
            case "--precision":
                guard value != "auto" else { continue }
                guard let precision = Precision(rawValue: value) else { return nil }
                self.precision = precision
            default: return nil
            }
        }
    }

    /// The device that everything runs on.
    var device: Device { Device(threads: threads, precision: precision) }
}
