/// The shelf's bookkeeping: which pipelines are loaded, wait to be, or must give way.
struct PipelineSlots {
    typealias Pipeline = ModelRegistry.LoadedPipeline
    typealias Answer = Result<Pipeline, APIError>
    typealias Waiter = CheckedContinuation<Answer, Never>

    /// How a pipeline is found by whoever asks for it.
    enum Finding {
        case loaded(Pipeline)
        /// Whoever waits is told by `end`.
        case loading
        /// As `loading`, but whoever asked must see to it that it is loaded.
        case missing(PipelineFolder)
    }

    private struct Slot {
        let folder: PipelineFolder
        var held: Pipeline?
        /// The same for as long as anything holds it, the shelf or a job.
        weak var living: Pipeline?
        /// Who waits for the load that is on its way.
        var waiters: [Waiter]?
        /// Whether the load that is on its way has its memory.
        var isReserved = false
        var isUnwanted = false
        var failure: String?
        var lastUse = 0

        init(_ folder: PipelineFolder) { self.folder = folder }

        var byteCount: Int { living != nil || isReserved ? folder.byteCount : 0 }

        mutating func isIdle() -> Bool { held != nil && isKnownUniquelyReferenced(&held) }
    }

    private var slots: [String: Slot]
    private let pinned: String?
    private let maximumByteCount: Int
    private var useCount = 0

    /// For memory that jobs hold: nobody knows when they end, and seconds cost little.
    private static let retryAfterSeconds = 5

    /// Slots for folders of different names, all of them empty; what is in the pinned one gives way to none.
    init(_ folders: [PipelineFolder], pinned: String?, maximumByteCount: Int) {
        slots = Dictionary(uniqueKeysWithValues: folders.map { ($0.id, Slot($0)) })
        (self.pinned, self.maximumByteCount) = (pinned, maximumByteCount)
    }

    /// What is loaded, what is being loaded, and what jobs still hold.
    var byteCount: Int { slots.values.reduce(0) { $0 + $1.byteCount } }

    func entry(_ id: String) -> (folder: PipelineFolder, state: PipelineShelf.State)? {
        guard let slot = slots[id] else { return nil }
        if slot.waiters != nil { return (slot.folder, .loading) }
        if slot.held != nil { return (slot.folder, .loaded) }
        return (slot.folder, slot.failure.map { .failed(reason: $0) } ?? .unloaded)
    }

    mutating func add(_ pipeline: Pipeline) {
        slots[pipeline.id]?.held = pipeline
        slots[pipeline.id]?.living = pipeline
    }

    /// Finds a pipeline, or notes who waits for it.
    mutating func ask(for id: String, _ waiter: Waiter?) -> Finding {
        guard let slot = slots[id] else { preconditionFailure("no pipeline '\(id)'") }
        useCount += 1
        slots[id]?.lastUse = useCount
        slots[id]?.isUnwanted = false
        // What was let go of while jobs draw with it is still there.
        if let pipeline = slot.living {
            slots[id]?.held = pipeline
            return .loaded(pipeline)
        }
        slots[id]?.failure = nil
        slots[id]?.waiters = (slot.waiters ?? []) + (waiter.map { [$0] } ?? [])
        return slot.waiters == nil ? .missing(slot.folder) : .loading
    }

    /// Lets go of what was used longest ago and nothing holds, until a pipeline fits.
    mutating func makeRoom(for folder: PipelineFolder) throws(APIError) {
        let pinnedByteCount = pinned.flatMap { $0 == folder.id ? nil : slots[$0]?.byteCount } ?? 0
        guard folder.byteCount + pinnedByteCount <= maximumByteCount else {
            throw APIError(
                .modelTooLarge,
                "The pipeline '\(folder.id)' takes \(folder.byteCount.inMiB), of \(maximumByteCount.inMiB) that the "
                    + "server has for pipelines and \(pinnedByteCount.inMiB) that its default takes.")
        }
        var excess = byteCount + folder.byteCount - maximumByteCount
        var leaving: [String] = []
        for id in idsByUse where excess > 0 && slots[id]?.isIdle() == true {
            excess -= slots[id]?.byteCount ?? 0
            leaving.append(id)
        }
        guard excess <= 0 else {
            throw APIError(
                .memoryInUse,
                "The pipeline '\(folder.id)' takes \(folder.byteCount.inMiB): others that are in use leave no room.",
                retryAfterSeconds: Self.retryAfterSeconds)
        }
        for id in leaving { slots[id]?.held = nil }
        slots[folder.id]?.isReserved = true
    }

    /// Takes in what a load gave, for those who are returned.
    mutating func end(_ id: String, _ answer: Answer) -> [Waiter] {
        guard var slot = slots[id] else { return [] }
        switch answer {
        case .success(let pipeline):
            slot.living = pipeline
            if !slot.isUnwanted { slot.held = pipeline }
        case .failure(let error): slot.failure = error.message
        }
        defer { slots[id] = slot }
        defer { (slot.waiters, slot.isReserved) = (nil, false) }
        return slot.waiters ?? []
    }

    /// Empties a slot; one that is being filled will be empty when those who wait are served.
    mutating func letGo(of id: String) {
        slots[id]?.held = nil
        slots[id]?.failure = nil
        slots[id]?.isUnwanted = true
    }

    /// All but the pinned one, that which was used longest ago first.
    private var idsByUse: [String] {
        slots.filter { $0.key != pinned }.sorted { $0.value.lastUse < $1.value.lastUse }.map(\.key)
    }
}

extension Int {
    /// A number of bytes in words.
    var inMiB: String { "\((self + (1 << 20) - 1) >> 20) MiB" }
}
