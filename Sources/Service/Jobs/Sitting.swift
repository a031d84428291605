package import Diffusion
import Images
import Synchronization

/// The pictures that a job has drawn, one after the other or several at once, from their first step to their last.
///
/// A step may be shared with pictures of other jobs. If a picture fails, so do all of its job, and no others.
package final class Sitting: Sendable {
    /// A step that a picture has taken.
    package struct Progress {
        /// Which of the pictures.
        package let index: Int
        /// The step.
        package let step: Generation.Step
        /// How many steps all pictures have taken together.
        package let done: Int
        let picture: Generation
    }

    /// One of the pictures.
    struct Member: Sendable {
        let sitting: Sitting
        let index: Int

        var job: Int { sitting.job.number }

        /// Whether there is no step left to take.
        var isOver: Bool { sitting.state.withLock { $0.failure != nil || $0.images[index] != nil } }
    }

    private struct State {
        var pictures: [Generation]?
        var images: [Image?]
        /// How many have had their first step, or are to take it next.
        var begunCount = 0
        var stepCount = 0
        var failure: APIError?
    }

    let job: Job
    /// What other pictures must have in common with these to share their steps; nil where nothing is gained by it.
    let shape: StepShape?
    private let size: ImageSize
    private let count: Int
    private let metrics: Metrics
    private let prepare: @Sendable () throws(APIError) -> [Generation]
    private let note: @Sendable (Progress) throws(APIError) -> Void
    private let state: Mutex<State>

    /// As many pictures of one plan, which `prepare` makes in their first turn; `note` is told of each step, and may
    /// end the job.
    init(
        _ count: Int, of size: ImageSize, like shape: StepShape?, for job: Job, _ metrics: Metrics,
        prepare: @escaping @Sendable () throws(APIError) -> [Generation],
        note: @escaping @Sendable (Progress) throws(APIError) -> Void
    ) {
        (self.job, self.size, self.count, self.metrics) = (job, size, count, metrics)
        (self.prepare, self.note) = (prepare, note)
        self.shape = shape.flatMap { $0.gainsBySharing ? $0 : nil }
        state = Mutex(State(images: Array(repeating: nil, count: count)))
    }

    /// Whether all are drawn, or none will be any more.
    var isOver: Bool { state.withLock { state in state.failure != nil || state.images.allSatisfy { $0 != nil } } }

    /// Whether one has failed.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Whether some are yet to begin.
    var hasMore: Bool { state.withLock { $0.failure == nil && $0.begunCount < count } }

    /// The next one to begin.
    func begin() -> Member {
        state.withLock { state in
            defer { state.begunCount += 1 }
            return Member(sitting: self, index: state.begunCount)
        }
    }

    /// The pictures, once all are drawn; or why they are not.
    func images() throws(APIError) -> [Image] {
        let (images, failure) = state.withLock { ($0.images, $0.failure) }
        if let failure { throw failure }
        return images.compactMap(\.self)
    }

    /// Takes a step of each of some pictures of one shape, with one evaluation of the U-Net, and decodes those that
    /// are complete.
    static func step(_ members: [Member]) {
        let members = members.filter { $0.sitting.goesOn() }
        var pictures = members.compactMap { member in member.sitting.state.withLock { $0.pictures?[member.index] } }
        let start = ContinuousClock.now
        let results = Generation.next(of: &pictures)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        for (member, result) in zip(members, results) where (try? result.get()) != nil {
            member.sitting.metrics.noteStep(of: member.sitting.size, since: start)
        }
        for (position, member) in members.enumerated() {
            member.sitting.job.addComputed(seconds: seconds / Double(members.count))
            member.sitting.keep(pictures[position], results[position], at: member.index)
        }
    }

    /// Whether the job goes on; before its first step, its pictures are prepared.
    private func goesOn() -> Bool {
        do throws(APIError) {
            try job.checkStop()
            if state.withLock({ $0.pictures == nil }) { try begin(preparing: prepare) }
        } catch {
            fail(error)
        }
        return !hasFailed
    }

    private func begin(preparing pictures: () throws(APIError) -> [Generation]) throws(APIError) {
        let start = ContinuousClock.now
        if job.begin(at: Clock.milliseconds) { metrics.noteBegin(waitedSeconds: job.seconds.sinceAdmission) }
        let pictures = try pictures()
        precondition(pictures.count == count, "\(pictures.count) pictures in place of \(count)")
        state.withLock { $0.pictures = pictures }
        job.addComputed(seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    private func keep(_ picture: Generation, _ result: Result<Generation.Step, GenerationError>, at index: Int) {
        let start = ContinuousClock.now
        do throws(APIError) {
            let step = try counting(.denoising) { () throws(GenerationError) in try result.get() }
            let done = state.withLock { state in
                state.pictures?[index] = picture
                state.stepCount += 1
                return state.stepCount
            }
            try note(Progress(index: index, step: step, done: done, picture: picture))
            guard picture.isComplete else { return }
            let image = try counting(.decoding) { () throws(GenerationError) in try picture.image() }
            state.withLock { $0.images[index] = image }
            job.addComputed(seconds: (ContinuousClock.now - start) / .seconds(1))
        } catch {
            fail(error)
        }
    }

    private func counting<Output>(
        _ stage: Metrics.Stage, _ compute: () throws(GenerationError) -> Output
    ) throws(APIError) -> Output {
        do throws(GenerationError) {
            return try compute()
        } catch {
            if case .nonfinite = error { metrics.noteNonfinite(stage) }
            throw APIError(error)
        }
    }

    private func fail(_ error: APIError) { state.withLock { $0.failure = $0.failure ?? error } }
}
