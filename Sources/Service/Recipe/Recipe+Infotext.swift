import Diffusion
package import JSON

extension Recipe {
    /// The recipe in AUTOMATIC1111's text, by the names of modules/processing.py (`create_infotext`).
    ///
    /// Adapters stand in the prompt as the tags of modules/extra_networks.py.
    package var infotext: Infotext {
        let name = SamplerName(scheduler)
        var parameters = [
            Infotext.Parameter("Steps", "\(steps)"), Infotext.Parameter("Sampler", name.sampler),
            Infotext.Parameter("Schedule type", name.schedule.rawValue),
            Infotext.Parameter("CFG scale", guidanceScale.inPython), Infotext.Parameter("Seed", "\(seed)"),
            Infotext.Parameter("Size", "\(size)"), Infotext.Parameter("Model", model),
        ]
        if let source { parameters.append(Infotext.Parameter("Denoising strength", source.strength.inPython)) }
        if eta > 0 { parameters.append(Infotext.Parameter("Eta DDIM", eta.inPython)) }
        parameters += savedWork
        if usesFastDecoder { parameters.append(Infotext.Parameter("VAE Decoder", Self.fastDecoder)) }
        parameters.append(Infotext.Parameter("Version", server))
        let tags = adapters.map { " <lora:\($0.name):\($0.scale.inPython)>" }.joined()
        return Infotext(prompt: prompt + tags, negativePrompt: negativePrompt, parameters: parameters)
    }

    /// What a text says, of this server or of AUTOMATIC1111; errors point at parameters by their names.
    package init(_ infotext: Infotext) throws(JSONFieldError) {
        let parameters = JSONCursor(.object(infotext.typed))
        let sampler = try parameters.required("Sampler").string()
        guard let kind = SamplerName.kind(sampler: sampler, schedule: infotext["Schedule type"]) else {
            throw .notOneOf(pointer: "/Sampler", choices: SamplerName.all.map(\.sampler), actual: sampler)
        }
        let sizeField = try parameters.required("Size")
        guard let size = try ImageSize(sizeField) else { throw .missing(pointer: sizeField.pointer) }
        let (prompt, adapters) = Self.untagged(infotext.prompt)
        self.init(
            server: infotext["Version"] ?? "", model: try parameters.required("Model").string(), adapters: adapters,
            prompt: prompt, negativePrompt: infotext.negativePrompt,
            seed: try parameters.required("Seed").integer(in: Limits.seed), scheduler: kind,
            steps: try parameters.required("Steps").integer(in: Limits.steps),
            guidanceScale: Float(try parameters.required("CFG scale").number(in: Limits.guidanceScale)),
            eta: Float(try parameters.field("Eta DDIM")?.number(in: Limits.fraction) ?? 0), size: size,
            usesFastDecoder: infotext["VAE Decoder"] == Self.fastDecoder,
            source: try parameters.field("Denoising strength").map { field throws(JSONFieldError) in
                Source(strength: Float(try field.number(in: Limits.fraction)))
            }, guidanceInterval: try GuidanceInterval(in: parameters),
            deepCacheInterval: try parameters.field(Self.deepCache)?.integer(in: Limits.deepCacheInterval) ?? 1)
    }

    private static let deepCache = "DeepCache interval"

    /// What was left out of the work, where something was; AUTOMATIC1111 has no names for it.
    private var savedWork: [Infotext.Parameter] {
        let ends = guidanceInterval.map { interval in
            [
                Infotext.Parameter(GuidanceInterval.startName, "\(interval.start)"),
                Infotext.Parameter(GuidanceInterval.endName, "\(interval.end)"),
            ]
        }
        return (ends ?? [])
            + (deepCacheInterval > 1 ? [Infotext.Parameter(Self.deepCache, "\(deepCacheInterval)")] : [])
    }

    /// What the small decoder is called (modules/shared_options.py, `sd_vae_decode_method`).
    private static let fastDecoder = "TAESD"

    /// The prompt without its tags of adapters, `<lora:name>` or `<lora:name:scale>`, and the space before each.
    static func untagged(_ prompt: String) -> (prompt: String, adapters: [Adapter]) {
        let text = Array(prompt.unicodeScalars)
        let begin = Array("<lora:".unicodeScalars)
        var (rest, adapters): ([Unicode.Scalar], [Adapter]) = ([], [])
        var position = 0
        while position < text.count {
            // Only so far is an end looked for that one text with many beginnings takes no longer than another.
            let start = position + begin.count
            if text[position...].starts(with: begin),
                let end = text[start..<min(text.count, start + longestTag)].firstIndex(of: ">"),
                let adapter = Adapter(tag: String(String.UnicodeScalarView(text[start..<end])))
            {
                adapters.append(adapter)
                if rest.last == " " { rest.removeLast() }
                position = end + 1
                continue
            }
            rest.append(text[position])
            position += 1
        }
        return (String(String.UnicodeScalarView(rest)), adapters)
    }

    private static let longestTag = 256
}

extension Recipe.Adapter {
    /// Reads `name` or `name:scale`.
    fileprivate init?(tag: String) {
        let parts = tag.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        guard let scale = parts.count == 1 ? 1 : Float(parts[1]), Recipe.Limits.scale.contains(Double(scale)) else {
            return nil
        }
        self.init(name: String(parts[0]), scale: scale)
    }
}

extension GuidanceInterval {
    fileprivate static let startName = "Guidance start"
    fileprivate static let endName = "Guidance end"

    /// Reads both ends of a text's parameters; nil where the first is absent.
    fileprivate init?(in parameters: JSONCursor) throws(JSONFieldError) {
        guard let field = parameters.field(Self.startName) else { return nil }
        self.init(
            start: try field.number(in: Self.fractions),
            end: try parameters.required(Self.endName).number(in: Self.fractions))
        guard isValid else {
            throw .outOfRange(pointer: field.pointer, expected: "less than '\(Self.endName)'", actual: "\(start)")
        }
    }
}

extension Infotext {
    /// The parameters as JSON, numbers as numbers.
    fileprivate var typed: JSONObject {
        let texts = ["Sampler", "Model", "Size"]
        return JSONObject(
            parameters.map { parameter in
                let value = parameter.value
                guard !texts.contains(parameter.name) else { return (parameter.name, .string(value)) }
                if let integer = Int64(value) { return (parameter.name, .integer(integer)) }
                return (parameter.name, Double(value).map(JSONValue.real) ?? .string(value))
            })
    }
}

extension Float {
    /// The number as Python's `str` has it, and a whole one without its `.0`, as of an `int`.
    fileprivate var inPython: String {
        self == rounded() && abs(self) < 1e6 ? String(Int(self)) : description
    }
}
