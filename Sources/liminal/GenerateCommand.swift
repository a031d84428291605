import ArgumentParser
import JSON
import Service

/// Draws images into files: `liminal generate`.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Draws images from a text into PNG files.",
        discussion: "Prints a JSON object with the files, their seeds and their scores.")

    @Argument(help: "What to draw.")
    var prompt: String

    @Option(help: "What to steer away from.")
    var negativePrompt: String?

    @Option(help: "The pipeline.")
    var model: String?

    @Option(help: "How many images, 1 to 10.")
    var n: String?

    @Option(help: "WIDTHxHEIGHT in pixels, or auto.")
    var size: String?

    @Option(help: "The seed of the first image; the others' follow.")
    var seed: String?

    @Option(help: "How many denoising steps, 1 to 150.")
    var steps: String?

    @Option(help: "The weight of classifier-free guidance, 0 to 30.")
    var guidanceScale: String?

    @Option(help: "The scheduler; the pipeline's own if absent.")
    var scheduler: String?

    @Option(help: "How much noise DDIM adds at each step, 0 to 1.")
    var eta: String?

    @Option(help: "full, or fast for the pipeline's small autoencoder.")
    var decoder: String?

    @OptionGroup(title: "Scoring")
    var scoring: ScoringFlags

    @Option(name: .shortAndLong, help: "The file to write; several images get -1, -2, … before the extension.")
    var output = "image.png"

    @OptionGroup(title: "Models")
    var models: ModelOptions

    func run() async throws {
        let configuration = try models.configuration()
        let fields = try Failure.catching { () throws(APIError) in try GenerationFields(self.fields.cursor) }
        let registry = try Failure.loading(configuration, pipelines: .only(model))
        let bar = ProgressBar()
        defer { bar.finish() }
        let job: GenerationJob
        do throws(APIError) { job = try await GenerationJob(fields, registry: registry) } catch { throw Failure(error) }
        let images = try Failure.catching { () throws(APIError) in
            try job.run(registry.classifiers) { bar.show($0, of: $1) }
        }
        bar.finish()
        let files = try write(images)
        let entries = zip(files, images).map { file, image -> JSONValue in
            [
                "file": .string(file), "seed": .integer(Int64(image.seed)),
                "scores": .array(image.scores.map { $0.json(topCount: fields.scoring.topCount) }),
            ]
        }
        StandardOutput.print(.object((["images": .array(entries)] as JSONObject).merging(job.choices)))
    }

    /// Writes the images, and returns where.
    private func write(_ images: [GenerationJob.DrawnImage]) throws(Failure) -> [String] {
        let hasExtension = output.hasSuffix(".png")
        let stem = hasExtension ? String(output.dropLast(4)) : output
        var files: [String] = []
        for (index, image) in images.enumerated() {
            let file = images.count == 1 ? output : "\(stem)-\(index + 1)\(hasExtension ? ".png" : "")"
            try File.write(image.file.bytes, to: file)
            files.append(file)
        }
        return files
    }

    private var fields: TextFields {
        var fields = TextFields()
        fields.set("prompt", text: prompt)
        fields.set("negative_prompt", text: negativePrompt)
        fields.set("model", text: model)
        fields.set("n", number: n)
        fields.set("size", text: size)
        fields.set("seed", number: seed)
        fields.set("steps", number: steps)
        fields.set("guidance_scale", number: guidanceScale)
        fields.set("scheduler", text: scheduler)
        fields.set("eta", number: eta)
        fields.set("decoder", text: decoder)
        scoring.add(to: &fields)
        return fields
    }
}
