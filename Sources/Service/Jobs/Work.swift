/// What a job computes, all of it checked before the job is admitted.
package protocol Work: Sendable {
    /// What comes of it.
    associatedtype Output: Sendable

    /// What it is called in the list of jobs.
    static var kind: JobKind { get }
    /// What the queue counts.
    var cost: Admission.Cost { get }
    /// How many steps it reports, as far as is known beforehand.
    var stepCount: Int { get }

    /// The size of the images that it draws; nil if it draws none, or several sizes.
    var drawnSize: ImageSize? { get }

    /// Whether its turns are over sooner than another thread would be awake to compute them.
    var isBrief: Bool { get }

    /// Computes, in one turn of the engine or more.
    func run(in session: JobSession) async throws(APIError) -> Output
    /// The output as it is answered and kept.
    func result(of output: Output) -> JobResult
}

extension Work {
    package var drawnSize: ImageSize? { nil }
    package var isBrief: Bool { false }
}
