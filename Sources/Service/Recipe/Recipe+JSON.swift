import Diffusion
package import JSON

extension Recipe {
    /// The recipe as the text under `keyword` has it.
    package var json: JSONObject {
        var json: JSONObject = [
            "version": .integer(Int64(Self.version)), "server": .string(server), "model": .string(model),
            "adapters": .array(adapters.map(\.json)), "prompt": .string(prompt),
            "negative_prompt": .string(negativePrompt), "seed": .integer(Int64(seed)),
            "scheduler": .string(scheduler.rawValue), "steps": .integer(Int64(steps)),
            "guidance_scale": .real(guidanceScale.decimal), "eta": .real(eta.decimal), "size": .string("\(size)"),
            "decoder": .string(decoder),
        ]
        addSavedWork(to: &json)
        json["source"] = source.map { .object($0.json) }
        if !ratings.isEmpty { json["scores"] = .object(JSONObject(ratings.map { ($0.scorer, .object($0.json)) })) }
        return json
    }

    /// The body for `POST /v1/images/generations` that draws the picture again, unless it was made from another.
    package var request: JSONObject {
        var request: JSONObject = [
            "model": .string(model), "prompt": .string(prompt), "negative_prompt": .string(negativePrompt), "n": 1,
            "size": .string("\(size)"), "seed": .integer(Int64(seed)), "steps": .integer(Int64(steps)),
            "guidance_scale": .real(guidanceScale.decimal), "scheduler": .string(scheduler.rawValue),
            "eta": .real(eta.decimal), "decoder": .string(decoder),
        ]
        addSavedWork(to: &request)
        request["scorers"] = .array(ratings.map { .string($0.scorer) })
        if !adapters.isEmpty { request["adapters"] = .array(adapters.map(\.json)) }
        return request
    }

    /// Reads what `json` writes; fields that are not known are passed over.
    package init(json: JSONValue) throws(JSONFieldError) {
        let json = JSONCursor(json)
        _ = try json.required("version").integer(in: Self.version...Self.version)
        server = try json.required("server").string()
        model = try json.required("model").string()
        prompt = try json.required("prompt").string()
        negativePrompt = try json.field("negative_prompt")?.string() ?? ""
        seed = try json.required("seed").integer(in: Limits.seed)
        let names = SchedulerKind.allCases.map(\.rawValue)
        guard let kind = SchedulerKind(rawValue: try json.required("scheduler").choice(of: names)) else {
            preconditionFailure("a scheduler's name that is none's")
        }
        scheduler = kind
        steps = try json.required("steps").integer(in: Limits.steps)
        guidanceScale = Float(try json.required("guidance_scale").number(in: Limits.guidanceScale))
        guidanceInterval = try json.field("guidance_interval").map { field throws(JSONFieldError) in
            try GuidanceInterval(field)
        }
        deepCacheInterval = try json.field("deep_cache_interval")?.integer(in: Limits.deepCacheInterval) ?? 1
        eta = Float(try json.field("eta")?.number(in: Limits.fraction) ?? 0)
        let sizeField = try json.required("size")
        guard let size = try ImageSize(sizeField) else { throw .missing(pointer: sizeField.pointer) }
        self.size = size
        usesFastDecoder = try json.field("decoder")?.choice(of: ["full", "fast"]) == "fast"
        source = try json.field("source").map { field throws(JSONFieldError) in try Source(field) }
        var adapters: [Adapter] = []
        for adapter in try json.field("adapters")?.array() ?? [] { adapters.append(try Adapter(adapter)) }
        self.adapters = adapters
        var ratings: [Rating] = []
        if let scores = json.field("scores") {
            for name in try scores.object().names { ratings.append(try Rating(name, try scores.required(name))) }
        }
        self.ratings = ratings
    }

    private var decoder: String { usesFastDecoder ? "fast" : "full" }

    /// Adds what was left out of the work, where something was.
    private func addSavedWork(to json: inout JSONObject) {
        json["guidance_interval"] = guidanceInterval?.json
        if deepCacheInterval > 1 { json["deep_cache_interval"] = .integer(Int64(deepCacheInterval)) }
    }
}

extension Recipe.Adapter {
    fileprivate var json: JSONValue { ["name": .string(name), "scale": .real(scale.decimal)] }

    fileprivate init(_ json: JSONCursor) throws(JSONFieldError) {
        name = try json.required("name").string()
        scale = Float(try json.required("scale").number(in: Recipe.Limits.scale))
    }
}

extension Recipe.Source {
    fileprivate var json: JSONObject {
        var json: JSONObject = ["strength": .real(strength.decimal)]
        json["image_sha256"] = imageSHA256.map(JSONValue.string)
        json["mask_sha256"] = maskSHA256.map(JSONValue.string)
        return json
    }

    fileprivate init(_ json: JSONCursor) throws(JSONFieldError) {
        strength = Float(try json.required("strength").number(in: Recipe.Limits.fraction))
        imageSHA256 = try json.field("image_sha256")?.string(maximumLength: 64)
        maskSHA256 = try json.field("mask_sha256")?.string(maximumLength: 64)
    }
}

extension Recipe.Rating {
    fileprivate var json: JSONObject {
        var json: JSONObject = ["reward": .real(reward)]
        json["ambiguity"] = ambiguity.map(JSONValue.real)
        return json
    }

    fileprivate init(_ scorer: String, _ json: JSONCursor) throws(JSONFieldError) {
        self.scorer = scorer
        reward = try json.required("reward").number()
        ambiguity = try json.field("ambiguity")?.number()
    }
}

extension Float {
    /// The number with the few digits that a request had: 7.1, not 7.09999990463257.
    fileprivate var decimal: Double { Double(description) ?? Double(self) }
}
