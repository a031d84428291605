package import Images

/// A picture to begin from in place of noise, and how much of it is to change.
package struct StartImage: Sendable, Equatable {
    /// The picture; of any size, it is resized to that of the request.
    package var image: Image
    /// The part of the steps that are taken, from the last ones: at 1 all, and of the picture next to nothing is left.
    package var strength: Double
    /// What is painted anew; nil for everything.
    package var mask: Mask?

    /// A picture to begin from.
    package init(image: Image, strength: Double, mask: Mask? = nil) {
        self.image = image
        self.strength = strength
        self.mask = mask
    }

    /// How many of so many steps are taken.
    package func stepCount(of steps: Int) -> Int { steps - skippedSteps(of: steps) }

    /// How many of so many steps are left out at the beginning, none but some being left: `get_timesteps` of diffusers.
    func skippedSteps(of steps: Int) -> Int { steps - min(Int(Double(steps) * strength), steps) }
}
