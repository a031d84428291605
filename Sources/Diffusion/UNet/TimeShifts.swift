import Layers
import Tensors

/// What the residual blocks of a U-Net add to their channels at some moments: computed once, used at a step each.
///
/// It depends on neither latents nor prompt. One moment at a time, every step would read these layers' weights for
/// a single row: 45 MB of Stable Diffusion 2 in bfloat16. A moment's shifts take 80 kB there.
package struct TimeShifts: Sendable {
    private let moments: [Moment]
    /// One for each residual block, in the order of `TimeProjections`.
    private let shifts: [Tensor]  // [M, C]

    fileprivate init(moments: [Moment], shifts: [Tensor]) { (self.moments, self.shifts) = (moments, shifts) }

    /// Those of several pictures, one after the other, each with its number of images; of one moment alone where it is
    /// the same for all.
    init(joining others: [(shifts: TimeShifts, imageCount: Int)]) {
        let moments = others.flatMap { $0.shifts.moments(imageCount: $0.imageCount) }
        if let first = others.first?.shifts.moment(0), moments.allSatisfy({ $0 == first.moments[0] }) {
            self = first
            return
        }
        self.moments = moments
        let slots = others.first?.shifts.shifts.indices ?? 0..<0
        shifts = slots.map { slot in
            .stacked(
                others.flatMap { other in
                    Array(repeating: other.shifts.shifts[slot], count: other.shifts.copies(for: other.imageCount))
                })
        }
    }

    /// Those of one of the moments.
    package func moment(_ index: Int) -> TimeShifts {
        TimeShifts(moments: [moments[index]], shifts: shifts.map { $0[index..<index + 1] })
    }

    /// What a residual block adds to so many images, which are shared out among the moments in order.
    ///
    ///     → [1, C] or [N, C]
    func shift(_ slot: Int, imageCount: Int) -> Tensor {
        moments.count == 1 ? shifts[slot] : shifts[slot].repeatingEach(imageCount / moments.count)
    }

    private func copies(for imageCount: Int) -> Int { moments.count == 1 ? imageCount : 1 }

    private func moments(imageCount: Int) -> [Moment] {
        Array(repeatElement(moments, count: copies(for: imageCount)).joined())
    }
}

/// The time embedding and the layers of all residual blocks that project it, held together so that they run together.
struct TimeProjections: Sendable {
    private var embedding: TimeEmbedding
    private var projections: [Linear] = []

    init(_ embedding: TimeEmbedding) { self.embedding = embedding }

    /// Adds the layer of one residual block, and gives the slot under which it will find what it adds.
    mutating func append(_ projection: Linear) -> Int {
        projections.append(projection)
        return projections.count - 1
    }

    mutating func adapt(_ adapters: inout AdapterSet) {
        embedding.adapt(&adapters)
        for index in projections.indices { projections[index].adapt(&adapters) }
    }

    /// What each residual block adds at some moments; of a moment the same bits whatever the others.
    func callAsFunction(at moments: [Moment], on device: Device) -> TimeShifts {
        let time = Operand(silu(embedding(moments, on: device)))  // The blocks have it in common.
        return TimeShifts(moments: moments, shifts: projections.map { $0(time) })
    }
}
