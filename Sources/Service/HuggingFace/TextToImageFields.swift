import JSON

/// The body of `text-to-image`, as the fields of `/v1/images/generations` that say the same.
struct TextToImageFields {
    /// What is to be drawn.
    let generation: GenerationFields

    /// Parameters that have the same name and meaning there.
    private static let sameNames = [
        "num_inference_steps", "guidance_scale", "negative_prompt", "scheduler", "seed", "eta", "adapters",
    ]
    private static let names = ["width", "height"] + sameNames

    /// Reads a body for a pipeline.
    init(_ body: JSONCursor, pipeline: PipelineFolder) throws(APIError) {
        var fields: JSONObject = ["model": .string(pipeline.id), "scorers": []]
        do throws(JSONFieldError) {
            let parameters = try body.parameters(Self.names)
            fields["prompt"] = .string(try body.required("inputs").string())
            fields["size"] = try Self.size(parameters, pipeline.size).map { .string("\($0)") }
            for name in Self.sameNames { fields[name] = parameters.field(name)?.value }
        } catch {
            throw APIError(error)
        }
        do throws(APIError) { generation = try GenerationFields(JSONCursor(.object(fields))) } catch {
            throw error.inTextToImage
        }
    }

    /// A side that is not given is the pipeline's own.
    private static func size(_ parameters: JSONCursor, _ own: ImageSize) throws(JSONFieldError) -> ImageSize? {
        let width = try parameters.field("width")?.integer(in: ImageSize.sides)
        let height = try parameters.field("height")?.integer(in: ImageSize.sides)
        guard width != nil || height != nil else { return nil }
        return ImageSize(width: width ?? own.width, height: height ?? own.height)
    }
}

extension APIError {
    /// The same failure, under the names of `text-to-image`.
    var inTextToImage: APIError {
        guard case .pointer(let pointer) = place else { return self }
        let renamed =
            switch pointer {
            case "/prompt": "/inputs"
            case "/steps": "/parameters/num_inference_steps"
            case "", "/size": "/parameters"
            default: "/parameters\(pointer)"
            }
        return APIError(code, reason, at: .pointer(renamed))
    }
}
