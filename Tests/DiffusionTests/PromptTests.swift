import CLIP
import Diffusion
import Foundation
import JSON
import TestSupport
import Tensors
import Testing

/// The JSON array of a file that `Tools/golden_prompts.py` makes.
private func goldenCases(_ name: String) throws -> [JSONCursor] {
    let bytes = try Data(contentsOf: URL(filePath: Repository.golden("prompts/\(name)")))
    return try JSONCursor(JSONValue(parsing: Array(bytes))).array()
}

/// The embedded tokenizer with other fields of its configuration.
private func tokenizer(_ fields: [String: JSONValue]) throws -> Tokenizer {
    let folder = try TemporaryFolder()
    try folder.copy(Tiny.tokenizer)
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        try Tiny.edit("tokenizer/\(name)", of: folder) { object in
            for (field, value) in fields { object[field] = value }
        }
    }
    return try Tokenizer(folder: folder.path + "/tokenizer")
}

@Suite struct WeightedPromptTests {
    @Test func readsWhatTheRuleReads() throws {
        let cases = try goldenCases("readings.json")
        #expect(cases.count >= 100)
        for one in cases {
            let prompt = try one.required("prompt").string()
            let expected = try one.required("parts").array().map { part -> WeightedPrompt.Part in
                guard part.value != .null else { return .chunkBreak }
                let pair = try part.array()
                return .text(try pair[0].string(), weight: try pair[1].number())
            }
            #expect(try WeightedPrompt(prompt).parts == expected, "\(prompt.debugDescription)")
        }
    }

    private static let refused: [(prompt: String, error: PromptError)] = [
        ("a (fox:1.2.3)", .malformedWeight(position: 7)), ("(a:.)", .malformedWeight(position: 3)),
        ("(a:10.01)", .weightOutOfRange(position: 3)), ("((a:20):0.1)", .weightOutOfRange(position: 4)),
        ("🦊 (é:-11)", .weightOutOfRange(position: 5)),
        ("(a:" + String(repeating: "9", count: 400) + ")", .weightOutOfRange(position: 3)),
        ("b ((a:4):3)", .weightOutOfRange(position: 4)),
        (String(repeating: "(", count: 25) + "a", .weightOutOfRange(position: 25)),
    ]

    @Test("refuses weights that are no numbers or too large", arguments: refused)
    func refusesWeights(prompt: String, error: PromptError) {
        #expect(throws: error) { _ = try WeightedPrompt(prompt) }
    }

    @Test func takesAsTextWhatOnlyLooksLikeAWeight() throws {
        #expect(try WeightedPrompt("(a:-)").parts == [.text("a:-", weight: 1.1)])
        #expect(try WeightedPrompt("a:1.2.3)").parts == [.text("a:1.2.3)", weight: 1)])
    }

    @Test func boundsBracketsThatAreOpenAtOnce() throws {
        let depth = WeightedPrompt.maximumDepth
        func nested(_ count: Int) -> String {
            String(repeating: "([", count: count / 2) + "a" + String(repeating: "])", count: count / 2)
        }
        #expect(try WeightedPrompt(nested(depth)).parts.count == 1)
        #expect(throws: PromptError.nestedTooDeeply(position: depth)) { try WeightedPrompt(nested(depth + 2)) }
        #expect(throws: PromptError.nestedTooDeeply(position: depth)) { try WeightedPrompt(nested(100_000)) }
    }

    @Test("reads a hundred thousand signs in linear work", .timeLimit(.minutes(1)))
    func readsHostilePrompts() throws {
        let count = 100_000
        let partCounts = ["()": 0, "[]": 0, ")": 1, "\\": 1, ":": 1, ":1": 1, "(a:1)": 1, "BREAK ": count]
        for (sign, partCount) in partCounts {
            let prompt = String(repeating: sign, count: count)
            #expect(try WeightedPrompt(prompt).parts.count == partCount, "\(sign)")
        }
        #expect(throws: PromptError.self) { try WeightedPrompt(String(repeating: "[](", count: count)) }
        let open = String(repeating: "[(", count: 50) + String(repeating: "a\\b", count: count)
        #expect(try WeightedPrompt(open).parts.count == 1)
        let spaces = "a" + String(repeating: " ", count: count) + ":" + String(repeating: " ", count: count)
        #expect(try WeightedPrompt(spaces).parts == [.text(spaces, weight: 1)])
    }
}

@Suite struct PromptChunksTests {
    @Test("divides long prompts where the rule does", arguments: [32, 77])
    func dividesAsTheRule(length: Int) throws {
        let tokenizer = try tokenizer(["model_max_length": .integer(Int64(length))])
        let cases = try goldenCases("chunks.json").filter { try $0.required("length").integer() == length }
        #expect(cases.count >= 25)
        for one in cases {
            let prompt = try one.required("prompt").string()
            let chunks = PromptChunks(try WeightedPrompt(prompt), by: tokenizer)
            let expected = try one.required("chunks").array().map { try $0.array().map { try $0.integer() } }
            #expect(chunks.chunks.map(\.ids) == expected, "\(prompt.prefix(80).debugDescription)")
            #expect(chunks.truncatedCount == (try one.required("truncated").integer()))
            #expect(chunks.tokenCount == expected.reduce(0) { $0 + $1.count + 2 })
        }
    }

    @Test func seesNothingWhereBeginAndEndTakeAllRoom() throws {
        let tokenizer = try tokenizer(["model_max_length": 2])
        let chunks = PromptChunks(try WeightedPrompt("a fox, a BREAK cat"), by: tokenizer)
        #expect(chunks.truncatedCount == 5 && chunks.chunks.allSatisfy(\.ids.isEmpty))
    }

    @Test func isMeasuredWithoutBeingEncoded() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let short = try pipeline.measure("a ((fox:1.2) in [snow])")
        #expect((short.tokenCount, short.truncatedCount, short.chunkCount) == (6, 0, 1))
        let long = try pipeline.measure(String(repeating: "fox ", count: 250))
        #expect((long.tokenCount, long.truncatedCount, long.chunkCount) == (256, 10, 8))
        #expect(throws: PromptError.weightOutOfRange(position: 7)) { try pipeline.measure("a (fox:99)") }
    }
}

/// Prompts of one batch and their encodings in `contexts.safetensors`.
private struct ContextCase: CustomTestStringConvertible, Sendable {
    let name: String
    let family: String
    let padding: String
    let prompts: [String]

    var testDescription: String { name }

    static let file = "prompts/contexts.safetensors"

    static let all: [ContextCase] = {
        do {
            let cases = try JSONCursor(JSONValue(parsing: Array(Golden(file).text("cases").utf8)))
            return try cases.array().map(ContextCase.init)
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private init(_ fields: JSONCursor) throws {
        name = try fields.required("name").string()
        family = try fields.required("family").string()
        padding = try fields.required("padding").string()
        prompts = try fields.required("prompts").array().map { try $0.string() }
    }

    func pipeline() throws -> Pipeline {
        guard family != "emoji" else {
            return try Pipeline(folder: Repository.weights("diffusion/emoji"), on: .forTests)
        }
        let folder = try Tiny.folder(family)
        for name in ["tokenizer_config.json", "special_tokens_map.json"] {
            try Tiny.edit("tokenizer/\(name)", of: folder) { $0["pad_token"] = .string(padding) }
        }
        return try Pipeline(folder: folder.path, on: .forTests)
    }
}

@Suite struct PromptContextTests {
    @Test("encodes as the rule does", arguments: ContextCase.all)
    private func encodesAsTheRule(one: ContextCase) throws {
        let pipeline = try one.pipeline()
        let chunks = try one.prompts.map { PromptChunks(try WeightedPrompt($0), by: pipeline.tokenizer) }
        let context = pipeline.context(of: chunks)
        expectClose(context, try Golden(ContextCase.file).tensor(one.name), absolute: 1e-4, one.name)
    }

    @Test func encodesAPromptAsIfItWereAlone() throws {
        let pipeline = try Tiny.pipeline("sd2")
        let prompts = try ["a (fox:1.3) BREAK snow", "[red] BREAK a ((rocket))"].map {
            PromptChunks(try WeightedPrompt($0), by: pipeline.tokenizer)
        }
        let both = pipeline.context(of: prompts)
        for (index, prompt) in prompts.enumerated() {
            #expect(pipeline.context(of: [prompt]).scalars == both[index..<index + 1].scalars)
        }
    }

    @Test func keepsTheBytesOfPromptsWithoutWeights() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let encoder = try TextEncoder(folder: Repository.golden("diffusion/sd15/text_encoder"), on: .forTests)
        let prompts = ["an oil painting of a fox, at dawn", ""]
        let expected = encoder(prompts.map { pipeline.tokenizer($0).ids }).hidden
        let chunks = try prompts.map { PromptChunks(try WeightedPrompt($0), by: pipeline.tokenizer) }
        #expect(pipeline.context(of: chunks).scalars == expected.scalars)
    }

    @Test("gives the U-Net contexts of 154 tokens", arguments: ["sd15", "sd2"])
    func attendsToTwoChunks(family: String) throws {
        let golden = try Golden("prompts/unet.safetensors")
        let unet = try UNet(folder: modelFolder("\(family)/unet"), on: .forTests)
        let conditioning = unet.conditioning(on: try golden.tensor("\(family).context"))
        let output = unet(try golden.tensor("\(family).latents"), timestep: 501, conditioning: conditioning)
        expectClose(output, try golden.tensor("\(family).output"), relative: 1e-5, family)
    }

    @Test func refusesToPlanWhatCannotBeRead() throws {
        let pipeline = try Tiny.pipeline("sd15")
        var request = Tiny.request
        request.prompt = "a (fox:1.2.3)"
        #expect(throws: GenerationError.prompt(.malformedWeight(position: 7))) { _ = try pipeline.plan(request) }
        (request.prompt, request.negativePrompt) = ("a fox", "(red:1000)")
        #expect(throws: GenerationError.negativePrompt(.weightOutOfRange(position: 5))) {
            _ = try pipeline.plan(request)
        }
        request.guidanceScale = 1  // the negative prompt is not read
        #expect(try pipeline.plan(request).promptTokenCount == 4)
    }

    @Test func drawsAnotherPictureForAnotherWeight() throws {
        let pipeline = try Tiny.pipeline("sd15")
        let images = try ["a fox", "a (fox:1.5)", #"a \(fox:1.5\)"#].map { prompt in
            var request = Tiny.request
            request.prompt = prompt
            return try Tiny.image(pipeline, request)
        }
        #expect(images[0] != images[1] && images[1] != images[2] && images[0] != images[2])
    }
}
