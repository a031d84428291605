import Tensors

extension Generation {
    /// Takes the next step of several pictures that can share it, for which the U-Net is evaluated once.
    ///
    /// Each picture has the same bits as alone, wherever it and the others are on their way. One that fails leaves
    /// the others as they are; there must be a step left for each.
    package static func next(of pictures: inout [Generation]) -> [Result<Step, GenerationError>] {
        guard let plan = pictures.first?.plan else { return [] }
        precondition(pictures.allSatisfy { !$0.isComplete }, "a step after the last")
        if pictures.count == 1 {
            return [Result { () throws(GenerationError) in try pictures[0].step() }]
        }
        precondition(
            plan.stepShape != nil && pictures.allSatisfy { $0.plan.stepShape == plan.stepShape },
            "pictures that can't share a step")
        let questions = pictures.map(\.question)
        var none: DeepCache?
        let output = plan.unet(StepQuestion(joining: questions), cache: &none)
        var row = 0
        return pictures.indices.map { index in
            let own = row..<row + questions[index].imageCount
            row = own.upperBound
            return Result { () throws(GenerationError) in try pictures[index].step(by: output[own]) }
        }
    }
}
