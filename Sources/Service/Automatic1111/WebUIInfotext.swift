import JSON

/// How `infotext` and `/png-info` understand the text of a picture's file.
enum WebUIInfotext {
    /// The request with what its `infotext` says and itself does not: `apply_infotext` of modules/api/api.py.
    static func filling(_ body: JSONCursor) throws(APIError) -> JSONCursor {
        guard let field = body.field("infotext"), let sent = body.value.object else { return body }
        let text: String
        do throws(JSONFieldError) { text = try field.string(maximumLength: 64_000) } catch { throw APIError(error) }
        guard !text.isEmpty else { return body }
        var filled = fields(of: Infotext(parsing: text))
        for (name, value) in sent.fields where value != .null {
            if name == "override_settings", let own = value.object, let others = filled[name]?.object {
                filled[name] = .object(others.merging(own))
            } else {
                filled[name] = value
            }
        }
        return JSONCursor(.object(filled))
    }

    /// The dictionary of `parse_generation_parameters`, modules/infotext_utils.py.
    static func parameters(of infotext: Infotext) -> JSONObject {
        var parameters: JSONObject = [
            "Prompt": .string(infotext.prompt), "Negative prompt": .string(infotext.negativePrompt),
        ]
        for parameter in infotext.parameters {
            let sides = parameter.value.split(separator: "x").map(String.init)
            if parameter.name == "Size", sides.count == 2 {
                (parameters["Size-1"], parameters["Size-2"]) = (.string(sides[0]), .string(sides[1]))
            } else {
                parameters[parameter.name] = .string(parameter.value)
            }
        }
        return parameters
    }

    /// A text as the fields of a request.
    private static func fields(of infotext: Infotext) -> JSONObject {
        var fields: JSONObject = ["prompt": .string(infotext.prompt)]
        if !infotext.negativePrompt.isEmpty { fields["negative_prompt"] = .string(infotext.negativePrompt) }
        let parameters = parameters(of: infotext)
        for (name, field) in [("Sampler", "sampler_name"), ("Schedule type", "scheduler")] {
            fields[field] = parameters[name]
        }
        for (name, field) in [
            ("Steps", "steps"), ("CFG scale", "cfg_scale"), ("Seed", "seed"), ("Size-1", "width"),
            ("Size-2", "height"), ("Denoising strength", "denoising_strength"), ("Eta DDIM", "eta"),
        ] {
            fields[field] = parameters[name]?.string.map(number)
        }
        var settings = JSONObject()
        settings["sd_model_checkpoint"] = parameters["Model"]
        settings["sd_vae_decode_method"] = parameters["VAE Decoder"]
        if settings.count > 0 { fields["override_settings"] = .object(settings) }
        return fields
    }

    /// A number as JSON has it, or the text, which whoever wants a number will refuse.
    private static func number(_ text: String) -> JSONValue {
        Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.real) ?? .string(text)
    }
}
