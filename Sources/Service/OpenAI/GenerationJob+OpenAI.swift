import Diffusion
import Images
import JSON

extension GenerationJob {
    /// What an event is called that holds a preview of the size of the picture.
    static let partialEvent = "partial_image"

    /// Tells whoever follows the job what the picture looks like, if this step is one of those that are shown.
    func show(_ generation: Generation, at step: Int, of index: Int, in session: JobSession) {
        guard let partial = delivery.partials(of: generation.stepCount)[step], let preview = generation.preview() else {
            return
        }
        let picture = preview.resized(width: size.width, height: size.height, by: .bicubic)
        session.add(
            Self.partialEvent,
            [
                "b64_json": .string(Base64.encode(format.file(of: picture).bytes)),
                "partial_image_index": .integer(Int64(partial)), "seed": .integer(Int64(request.seeds[index])),
            ])
    }

    /// Warnings of pictures that the request brings for nothing.
    var unusedImages: [JSONValue] {
        guard unusedImageCount > 0 else { return [] }
        return (1...unusedImageCount).map { index in
            [
                "code": "image_unused", "pointer": .string("/image/\(index)"),
                "detail": .string("/image/\(index) was not used: a pipeline begins from one picture, the first."),
            ]
        }
    }
}
