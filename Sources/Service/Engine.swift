/// Runs one computation at a time, off Swift's shared threads.
package actor Engine {
    private let executor = QueueExecutor(label: "liminal.engine")
    /// The engine's own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// The bound on what runs or waits.
    package nonisolated let admission: Admission

    /// An engine for which at most `queueLength` requests run or wait; `isShared` if several callers have keys.
    package init(queueLength: Int, isShared: Bool = false) {
        admission = Admission(maximumCount: queueLength, isShared: isShared)
    }

    /// Computes on the engine's thread.
    func run<Output: Sendable, Failure: Error>(
        _ compute: @Sendable () throws(Failure) -> Output
    ) throws(Failure) -> Output {
        try compute()
    }
}
