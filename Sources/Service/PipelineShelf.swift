import Dispatch
import Layers
import Synchronization
package import Tensors

/// The pipelines that requests can name: each is loaded when it is first asked for, and gives way when others need room.
///
/// A load belongs to the shelf: it goes on when whoever asked for it is gone, and all who ask meanwhile wait for the
/// same one. What gives way leaves the memory with the last job that draws with it, and counts until then.
package final class PipelineShelf: Sendable {
    /// What became of a pipeline.
    package enum State: Sendable, Equatable {
        case unloaded
        case loading
        case loaded
        /// It will be tried again when it is next asked for.
        case failed(reason: String)
    }

    /// The pipeline used where a request names none; nil if there is no pipeline.
    package let defaultID: String?
    private let ids: [String]
    private let slots: Mutex<PipelineSlots>
    private let device: Device
    /// One load at a time: it lays out gigabytes on the threads that draw.
    private let queue = DispatchQueue(label: "liminal.pipelines", qos: .userInitiated)

    /// Loads the default one of the folders, if it is among them.
    package init(
        _ folders: [PipelineFolder], default defaultName: String?, maximumByteCount: Int, on device: Device
    ) throws(RegistryError) {
        let first = folders.first { $0.id == defaultName }
        if let first, first.byteCount > maximumByteCount {
            throw .tooLarge(pipeline: first.id, byteCount: first.byteCount, maximum: maximumByteCount)
        }
        (defaultID, ids, self.device) = (first?.id, folders.map(\.id), device)
        var slots = PipelineSlots(folders, pinned: first?.id, maximumByteCount: maximumByteCount)
        if let first {
            do throws(ModelError) {
                slots.add(try Self.loaded(first, on: device, queue))
            } catch {
                throw .model(error)
            }
        }
        self.slots = Mutex(slots)
    }

    /// Every pipeline and its state, in order.
    package var all: [(folder: PipelineFolder, state: State)] {
        slots.withLock { slots in ids.compactMap { slots.entry($0) } }
    }

    /// A pipeline and its state; nil for a name that none has.
    package func entry(_ id: String) -> (folder: PipelineFolder, state: State)? { slots.withLock { $0.entry(id) } }

    /// The memory that networks take or are about to.
    package var byteCount: Int { slots.withLock { $0.byteCount } }

    /// A pipeline of the shelf, as soon as it is loaded.
    package func pipeline(_ id: String) async throws(APIError) -> ModelRegistry.LoadedPipeline {
        try await withCheckedContinuation { waiter in
            if let pipeline = ask(for: id, waiter) { waiter.resume(returning: .success(pipeline)) }
        }.get()
    }

    /// Begins to load a pipeline of the shelf, unless it is there or on its way.
    package func beginLoading(_ id: String) { _ = ask(for: id, nil) }

    /// Lets go of a pipeline: jobs that draw with it keep it to their end.
    package func unload(_ id: String) { slots.withLock { $0.letGo(of: id) } }

    /// Nil where the waiter will be told.
    private func ask(for id: String, _ waiter: PipelineSlots.Waiter?) -> ModelRegistry.LoadedPipeline? {
        switch slots.withLock({ $0.ask(for: id, waiter) }) {
        case .loaded(let pipeline): return pipeline
        case .loading: return nil
        case .missing(let folder):
            queue.async { [self] in load(folder) }
            return nil
        }
    }

    /// Room is made here and not where it is asked for: no earlier load holds its pipeline any more.
    private func load(_ folder: PipelineFolder) {
        let answer: PipelineSlots.Answer
        do throws(APIError) {
            try slots.withLock { slots throws(APIError) in try slots.makeRoom(for: folder) }
            device.trimMemory()  // What gave way left its memory to be used again.
            answer = .success(try loaded(folder))
        } catch {
            answer = .failure(error)
        }
        for waiter in slots.withLock({ $0.end(folder.id, answer) }) { waiter.resume(returning: answer) }
    }

    private func loaded(_ folder: PipelineFolder) throws(APIError) -> ModelRegistry.LoadedPipeline {
        do throws(ModelError) {
            return try Self.loaded(folder, on: device, queue)
        } catch {
            // Where the server keeps its files is not the client's business.
            let reason = "\(error)".replacing(folder.path + "/", with: "")
            throw APIError(.modelLoadFailed, "The pipeline '\(folder.id)' can't be loaded: \(reason).")
        }
    }

    /// Loads a folder; what it takes goes back to the system when nothing holds it any more.
    private static func loaded(
        _ folder: PipelineFolder, on device: Device, _ queue: DispatchQueue
    ) throws(ModelError) -> ModelRegistry.LoadedPipeline {
        try ModelRegistry.LoadedPipeline(folder, on: device) {
            // This is called just before its tensors give their memory back to the device.
            queue.asyncAfter(deadline: .now() + 1) { device.trimMemory() }
        }
    }
}
