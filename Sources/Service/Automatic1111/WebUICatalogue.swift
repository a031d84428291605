import JSON

/// The lists of AUTOMATIC1111's API: what there is, and, as empty as they are, what there is not.
enum WebUICatalogue {
    /// The samplers, each once: modules/api/models.py, `SamplerItem`.
    static var samplers: JSONValue {
        var seen: Set<String> = []
        return .array(
            SamplerName.all.filter { seen.insert($0.sampler).inserted }.map { name in
                [
                    "name": .string(name.sampler), "aliases": .array(name.aliases.map(JSONValue.string)),
                    "options": [:],
                ]
            })
    }

    /// The spacings of noise: `SchedulerItem`.
    static var schedulers: JSONValue {
        .array(
            SamplerName.Schedule.allCases.map { schedule in
                [
                    "name": .string(schedule.rawValue.lowercased()), "label": .string(schedule.rawValue),
                    "aliases": schedule == .uniform ? [.string(SamplerName.Schedule.uniformAlias)] : nil,
                    "default_rho": -1, "need_inner_model": false,
                ]
            })
    }

    /// SillyTavern puts its own entries after the first one, which must be there.
    static let upscalers: JSONValue = [
        ["name": "None", "model_name": nil, "model_path": nil, "model_url": nil, "scale": 1]
    ]

    /// The adapters, by the names that tags in prompts have.
    static func adapters(_ names: [String]) -> JSONValue {
        .array(names.map { ["name": .string($0), "alias": .string($0), "path": .string($0), "metadata": [:]] })
    }

    /// There are no scripts; their names are looked for to tell extensions.
    static let scripts: JSONValue = ["txt2img": [], "img2img": []]

    /// There are no textual inversions.
    static let embeddings: JSONValue = ["loaded": [:], "skipped": [:]]

    /// The command-line flags that clients look for.
    static let flags: JSONValue = ["api": true, "nowebui": true]
}
