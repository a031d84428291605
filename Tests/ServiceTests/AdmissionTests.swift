import Service
import Testing

@Suite struct AdmissionTests {
    @Test func asksForAsMuchPatienceAsIsLeftToDo() throws {
        let admission = Admission(maximumCount: 3)
        #expect(admission.retryAfterSeconds == 1)
        let cost = Admission.Cost(work: 1000)
        for _ in 0..<3 { try admission.enter(cost, for: "") }
        // Nothing is known of the speed yet: a second a job.
        #expect(admission.retryAfterSeconds == 4)
        admission.advance(by: 1000)
        admission.leave(cost, for: "", done: 1000, seconds: 10)
        #expect(admission.retryAfterSeconds == 20)
        // Half of what runs is done.
        admission.advance(by: 500)
        #expect(admission.retryAfterSeconds == 15)
        // What is given up counts no longer, and says nothing of the speed.
        admission.leave(cost, for: "", done: 500, seconds: nil)
        #expect(admission.retryAfterSeconds == 10)
        try admission.enter(cost, for: "")
        try admission.enter(cost, for: "")
        let refused = #expect(throws: APIError.self) { try admission.enter(cost, for: "") }
        #expect((refused?.code, refused?.retryAfterSeconds) == (.queueFull, 30))
    }

    @Test func aSmallJobSaysLittleOfTheSpeed() throws {
        let admission = Admission(maximumCount: 3)
        let (small, large) = (Admission.Cost(work: 10), Admission.Cost(work: 100_000))
        try admission.enter(large, for: "")
        try admission.enter(small, for: "")
        admission.leave(small, for: "", done: 0, seconds: 1)
        #expect(admission.retryAfterSeconds == 120)
        admission.leave(large, for: "", done: 0, seconds: 50)
        try admission.enter(large, for: "")
        #expect((50...52).contains(admission.retryAfterSeconds))
    }

    @Test func neverAsksForMoreThanClientsHonour() throws {
        let admission = Admission(maximumCount: 1)
        let cost = Admission.Cost(work: 1)
        try admission.enter(cost, for: "")
        admission.leave(cost, for: "", done: 0, seconds: 100_000)
        try admission.enter(cost, for: "")
        #expect(admission.retryAfterSeconds == 120)
    }
}
