import Diffusion
import Images
import JSON
import Service
import TestSupport
import Testing

@Suite struct RecipeTests {
    private static let fox = Recipe(
        server: "liminal 0.1.0", model: "emoji", prompt: "a fox", seed: 7, scheduler: .ddim, steps: 20,
        guidanceScale: 7.5, size: ImageSize(width: 64, height: 128))
    private static let everything = Recipe(
        server: "liminal 0.1.0", model: "sd, 2",
        adapters: [.init(name: "ink", scale: 0.8), .init(name: "x", scale: 1)],
        prompt: "a fox,\nrunning", negativePrompt: "ugly", seed: 4_294_967_295, scheduler: .dpmSolverKarras, steps: 3,
        guidanceScale: 7, size: ImageSize(width: 512, height: 512), usesFastDecoder: true,
        source: .init(strength: 0.75, imageSHA256: String(repeating: "a", count: 64)),
        ratings: [
            .init(scorer: "clip", reward: -0.5, ambiguity: 0.25),
            .init(scorer: "aesthetic", reward: 5.5, ambiguity: nil),
        ], guidanceInterval: GuidanceInterval(start: 0.25, end: 1), deepCacheInterval: 3)

    @Test func readsAsAUTOMATIC1111Writes() {
        #expect(
            Self.fox.infotext.text == """
                a fox
                Steps: 20, Sampler: DDIM, Schedule type: Automatic, CFG scale: 7.5, Seed: 7, Size: 64x128, Model: emoji, \
                Version: liminal 0.1.0
                """)
        #expect(
            Self.everything.infotext.text == """
                a fox,
                running <lora:ink:0.8> <lora:x:1>
                Negative prompt: ugly
                Steps: 3, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 4294967295, Size: 512x512, \
                Model: "sd, 2", Denoising strength: 0.75, Guidance start: 0.25, Guidance end: 1.0, DeepCache interval: 3, \
                VAE Decoder: TAESD, Version: liminal 0.1.0
                """)
    }

    @Test func hasTheFieldsOfARequest() throws {
        let expected = #"""
            {"model": "emoji", "prompt": "a fox", "negative_prompt": "", "n": 1, "size": "64x128", "seed": 7, "steps": 20,
            "guidance_scale": 7.5, "scheduler": "ddim", "eta": 0.0, "decoder": "full", "scorers": []}
            """#
        #expect(try JSONValue.object(Self.fox.request) == JSONValue(parsing: Array(expected.utf8)))
        let fields = try GenerationFields(JSONCursor(.object(Self.fox.request)))
        #expect(fields.prompt == "a fox" && fields.seed == 7 && fields.guidanceScale == 7.5 && fields.count == 1)
        #expect(Self.everything.request["guidance_interval"] == [0.25, 1.0])
        #expect(Self.everything.request["deep_cache_interval"] == 3)
        #expect(Self.everything.request["adapters"] == [["name": "ink", "scale": 0.8], ["name": "x", "scale": 1.0]])
    }

    @Test func isWrittenAsJSON() throws {
        let expected = #"""
            {"version": 1, "server": "liminal 0.1.0", "model": "sd, 2",
            "adapters": [{"name": "ink", "scale": 0.8}, {"name": "x", "scale": 1.0}], "prompt": "a fox,\nrunning",
            "negative_prompt": "ugly", "seed": 4294967295, "scheduler": "dpmpp_2m_karras", "steps": 3,
            "guidance_scale": 7.0, "eta": 0.0, "size": "512x512", "decoder": "fast",
            "guidance_interval": [0.25, 1.0], "deep_cache_interval": 3,
            "source": {"strength": 0.75, "image_sha256": "\#(String(repeating: "a", count: 64))"},
            "scores": {"clip": {"reward": -0.5, "ambiguity": 0.25}, "aesthetic": {"reward": 5.5}}}
            """#
        let json = try JSONValue(parsing: Array(expected.utf8))
        #expect(JSONValue.object(Self.everything.json) == json)
        #expect(try Recipe(json: json) == Self.everything)
    }

    private static let words = [
        "a fox", "🦊", "狐", "\"quoted\"", "é", "e\u{301}", "\n", "Negative prompt:", "Steps: 20, Seed: 7, Size: 1x1",
        ",",
        " ", "\\", "\t", "\0", "<lora:a:1>", "<lora:", ">", "(very:1.2)", "\r\n", "\u{2028}", "{}", "\u{FEFF}",
    ]

    private static func random(_ generator: inout SeededGenerator, words: [String]) -> Recipe {
        func text(_ count: Int) -> String {
            (0..<Int.random(in: 1...count, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }.joined(separator: Bool.random(using: &generator) ? " " : "")
        }
        let isDDIM = Bool.random(using: &generator)
        return Recipe(
            server: "liminal 0.\(Int.random(in: 0..<9, using: &generator)).0",
            model: ["emoji", "a/b", "x: y"].randomElement(using: &generator) ?? "",
            adapters: (0..<Int.random(in: 0..<3, using: &generator)).map {
                .init(name: "adapter-\($0)", scale: Float.random(in: -2...2, using: &generator))
            },
            prompt: text(12), negativePrompt: text(6), seed: Int.random(in: 0...Int(UInt32.max), using: &generator),
            scheduler: isDDIM ? .ddim : SchedulerKind.allCases.randomElement(using: &generator) ?? .ddpm,
            steps: Int.random(in: 1...150, using: &generator),
            guidanceScale: Float.random(in: 0...30, using: &generator),
            eta: isDDIM ? Float.random(in: 0...1, using: &generator) : 0,
            size: ImageSize(width: 64 * Int.random(in: 1...16, using: &generator), height: 64),
            usesFastDecoder: Bool.random(using: &generator),
            source: Bool.random(using: &generator) ? .init(strength: Float.random(in: 0...1, using: &generator)) : nil,
            guidanceInterval: Bool.random(using: &generator)
                ? GuidanceInterval(
                    start: Double.random(in: 0..<0.5, using: &generator),
                    end: Double.random(in: 0.5...1, using: &generator)) : nil,
            deepCacheInterval: Int.random(in: 1...20, using: &generator))
    }

    @Test func anyRecipeComesBackFromAPNG() throws {
        var generator = SeededGenerator(seed: 2)
        let image = Image(width: 1, height: 1, pixels: [1, 2, 3])
        for _ in 0..<1500 {
            let recipe = Self.random(&generator, words: Self.words)
            let file = image.png(texts: recipe.texts)
            let read = try #require(try Recipe(texts: PNGText.all(in: file)))
            #expect(read == recipe)
            #expect(read.prompt.unicodeScalars.elementsEqual(recipe.prompt.unicodeScalars))
            #expect(read.request == recipe.request)
        }
    }

    @Test func recipesOfPlainPromptsComeBackFromTheTextAlone() throws {
        var generator = SeededGenerator(seed: 3)
        let plain = ["a fox", "🦊", "狐", "\"quoted\"", "é", ",", "\\", "(very:1.2)", "x\ny", "Steps: 20", "{}"]
        let image = Image(width: 1, height: 1, pixels: [1, 2, 3])
        for _ in 0..<1500 {
            let recipe = Self.random(&generator, words: plain)
            #expect(try Recipe(Infotext(parsing: recipe.infotext.text)) == recipe)
            let comment = try EXIFComment(in: image.jpeg(quality: 80, comment: recipe.comment))
            #expect(comment?.text == recipe.infotext.text)
        }
    }

    @Test func readsAPictureOfAUTOMATIC1111() throws {
        let text = """
            a fox <lora:ink>, walking
            Negative prompt: ugly
            Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 965400086, Size: 512x512, Model hash: 45dee52b, \
            Model: v1-5, Denoising strength: 0.7, Clip skip: 2, Version: v1.6.0
            """
        let recipe = try #require(try Recipe(texts: [PNGText("parameters", text), PNGText("liminal", "not JSON")]))
        #expect(
            recipe
                == Recipe(
                    server: "v1.6.0", model: "v1-5", adapters: [.init(name: "ink", scale: 1)], prompt: "a fox, walking",
                    negativePrompt: "ugly", seed: 965_400_086, scheduler: .dpmSolverKarras, steps: 20, guidanceScale: 7,
                    size: ImageSize(width: 512, height: 512), source: .init(strength: 0.7)))
        #expect(try Recipe(texts: [PNGText("Comment", "a fox")]) == nil)
    }

    @Test(
        "points at the parameter that is wrong",
        arguments: [
            ("Steps: 20, Sampler: DDIM", "Steps: 0, Sampler: DDIM", "/Steps"), ("Steps: 20", "Steps: many", "/Steps"),
            ("Steps: 20", "Stops: 20", "/Steps"), ("CFG scale: 7.5", "CFG scale: nan", "/CFG scale"),
            ("CFG scale: 7.5", "CFG scale: 1e999", "/CFG scale"), ("Seed: 7", "Seed: -1", "/Seed"),
            ("Seed: 7", "Seed: 99999999999999999999", "/Seed"), ("Size: 64x128", "Size: 64", "/Size"),
            ("Size: 64x128", "Size: 9999x9999", "/Size"), ("Sampler: DDIM", "Sampler: Heun", "/Sampler"),
            ("Sampler: DDIM, Schedule type: Automatic", "Sampler: DDIM, Schedule type: Karras", "/Sampler"),
            ("Model: emoji, ", "", "/Model"), ("Seed: 7", "Seed: 7, Guidance start: 0.5", "/Guidance end"),
            ("Seed: 7", "Seed: 7, Guidance start: 0.5, Guidance end: 0.2", "/Guidance start"),
            ("Seed: 7", "Seed: 7, DeepCache interval: 21", "/DeepCache interval"),
        ])
    func pointsAtParameters(right: String, wrong: String, pointer: String) {
        let text = Self.fox.infotext.text.replacing(right, with: wrong)
        let error = #expect(throws: JSONFieldError.self) { try Recipe(Infotext(parsing: text)) }
        #expect(error?.pointer == pointer)
    }

    @Test(
        "points at the field that is wrong",
        arguments: [
            ("version", 2, "/version"), ("version", nil, "/version"), ("seed", -1, "/seed"), ("seed", 0.5, "/seed"),
            ("steps", 151, "/steps"), ("scheduler", "heun", "/scheduler"), ("size", "auto", "/size"),
            ("guidance_scale", "7", "/guidance_scale"), ("adapters", [["name": "a"]], "/adapters/0/scale"),
            ("adapters", [["name": "a", "scale": 1e9]], "/adapters/0/scale"), ("source", [:], "/source/strength"),
            ("source", ["strength": 2], "/source/strength"), ("scores", ["clip": 4], "/scores/clip"),
            ("guidance_interval", [0.5], "/guidance_interval"), ("guidance_interval", [1, 0], "/guidance_interval"),
            ("deep_cache_interval", 0, "/deep_cache_interval"), ("decoder", "none", "/decoder"),
            ("prompt", nil, "/prompt"),
        ] as [(String, JSONValue?, String)])
    func pointsAtFields(name: String, value: JSONValue?, pointer: String) {
        var json = Self.everything.json
        json[name] = value
        let error = #expect(throws: JSONFieldError.self) { try Recipe(json: .object(json)) }
        #expect(error?.pointer.hasPrefix(pointer) == true)
    }

    @Test("any scheduler has a sampler's name that means it", arguments: SchedulerKind.allCases)
    func namesSamplers(kind: SchedulerKind) {
        let name = SamplerName(kind)
        #expect(SamplerName.kind(sampler: name.sampler, schedule: name.schedule.rawValue) == kind)
        #expect(SamplerName.kind(sampler: name.sampler.uppercased(), schedule: name.schedule.rawValue) == kind)
        for alias in name.aliases {
            #expect(SamplerName.kind(sampler: alias, schedule: name.schedule.rawValue) == kind)
        }
    }

    @Test(
        "knows what names mean together",
        arguments: [
            ("DPM++ 2M", nil, .dpmSolverKarras), ("DPM++ 2M", "automatic", .dpmSolverKarras),
            ("DPM++ 2M", "Uniform", .dpmSolver), ("DPM++ 2M Karras", nil, .dpmSolverKarras),
            ("k_dpmpp_2m_ka", nil, .dpmSolverKarras), ("Euler", "uniform", .euler), ("Euler", "karras", nil),
            ("DPM++ 2M", "Normal", .dpmSolver), ("DDIM", "normal", .ddim),
            ("Euler Karras", nil, nil), ("Euler a", "Exponential", nil), ("PLMS", nil, .pndm), ("", nil, nil),
            ("Heun", nil, nil),
        ] as [(String, String?, SchedulerKind?)])
    func knowsNames(sampler: String, schedule: String?, kind: SchedulerKind?) {
        #expect(SamplerName.kind(sampler: sampler, schedule: schedule) == kind)
    }

    @Test(
        "takes tags out of prompts",
        arguments: [
            ("a <lora:x:0.5> b", "a b", ["x 0.5"]), ("<lora:x>", "", ["x 1.0"]), ("a <lora:x:y>", "a <lora:x:y>", []),
            ("<lora:", "<lora:", []), ("<lora:>", "<lora:>", []), ("<lora::1>", "<lora::1>", []),
            ("<lora:x:nan>", "<lora:x:nan>", []), ("<lora:<lora:x:1>", "<lora:", ["x 1.0"]),
        ])
    func takesTags(prompt: String, rest: String, adapters: [String]) throws {
        let line = "\nSteps: 20, Sampler: DDIM, CFG scale: 7, Seed: 7, Size: 64x64, Model: m"
        let recipe = try Recipe(Infotext(parsing: prompt + line))
        #expect(recipe.prompt == rest)
        #expect(recipe.adapters.map { "\($0.name) \($0.scale)" } == adapters)
    }
}
