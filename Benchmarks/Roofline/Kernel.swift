import Tensors

/// A kernel at one shape, and how much of it there is to do.
struct Kernel {
    let name: String
    /// What bounds it.
    let bound: Peak.Kind
    /// Operations, or bytes where memory bounds it.
    let work: Double
    /// Makes the inputs, and gives what is to be timed.
    let prepare: () -> () -> Void

    private static let shortest = Duration.milliseconds(500)

    /// The least time of many runs.
    func time() -> Duration {
        let clock = ContinuousClock()
        let run = prepare()
        run()  // takes memory
        let end = clock.now + Self.shortest
        var least = Duration.seconds(1000)
        repeat { least = min(least, clock.measure(run)) } while clock.now < end
        return least
    }
}
