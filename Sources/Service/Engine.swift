/// Runs one computation at a time, off Swift's shared threads, in the order of admission.
package actor Engine {
    private let executor = QueueExecutor(label: "liminal.engine")
    /// The engine's own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// The bounded queue in front.
    package nonisolated let admission: Admission

    /// An engine for which at most `queueLength` requests run or wait.
    package init(queueLength: Int) { admission = Admission(maximumCount: queueLength) }

    /// Computes when all that was admitted earlier is done; throws at once if the queue is full or the server stops.
    package nonisolated func run<Output: Sendable>(
        _ cost: Admission.Cost, _ compute: @Sendable () throws(APIError) -> Output
    ) async throws(APIError) -> Output {
        try admission.enter(cost)
        do throws(APIError) {
            let (output, seconds) = try await perform(compute)
            admission.leave(cost, seconds: seconds)
            return output
        } catch {
            admission.leave(cost, seconds: nil)
            throw error
        }
    }

    /// Computes a part of a long job, between other requests; how many such jobs there may be is their queue's matter.
    package nonisolated func runPart<Output: Sendable>(
        _ compute: @Sendable () throws(APIError) -> Output
    ) async throws(APIError) -> Output {
        try await perform(compute).0
    }

    private func perform<Output>(
        _ compute: @Sendable () throws(APIError) -> Output
    ) throws(APIError) -> (Output, seconds: Double) {
        let start = ContinuousClock.now
        let output = try compute()
        return (output, (ContinuousClock.now - start) / .seconds(1))
    }
}
