import JSON

/// What diffusers writes of an adapter's scales beside its tensors: the fields of peft's `LoraConfig`, by network.
struct AdapterMetadata {
    private struct Scaling {
        let alpha: Double?
        let patterns: [(name: String, alpha: Double)]
        /// Whether alpha is divided by the root of the rank (Kalajdzievski 2023, "rsLoRA").
        let isStabilized: Bool
    }

    private static let name = "lora_adapter_metadata"  // diffusers `LORA_ADAPTER_METADATA_KEY`
    private static let prefixes = ["unet.", "text_encoder.", ""]
    private static let maximumPatternCount = 2048
    private static let alphas: ClosedRange<Double> = -1e6...1e6

    private let scalings: [String: Scaling]

    /// Reads it among a file's metadata, where it may be absent.
    init(_ texts: [String: String]) throws(AdapterError) {
        guard let text = texts[Self.name] else {
            scalings = [:]
            return
        }
        let root: JSONCursor
        do throws(JSONError) {
            root = JSONCursor(try JSONValue(parsing: Array(text.utf8)))
        } catch {
            throw .metadata(reason: error.description)
        }
        do throws(JSONFieldError) {
            _ = try root.object()
            var scalings: [String: Scaling] = [:]
            for prefix in Self.prefixes { scalings[prefix] = try Self.scaling(root, prefix) }
            self.scalings = scalings
        } catch {
            throw .metadata(reason: error.description)
        }
    }

    private static func scaling(_ root: JSONCursor, _ prefix: String) throws(JSONFieldError) -> Scaling {
        var patterns: [(name: String, alpha: Double)] = []
        if let field = root.field(prefix + "alpha_pattern") {
            let names = try field.object().names
            guard names.count <= maximumPatternCount else {
                throw .tooLong(pointer: field.pointer, maximum: maximumPatternCount, actual: names.count)
            }
            for name in names {
                let alpha = try field.required(name)
                guard name.drop(while: { $0 == "^" }).allSatisfy(isLiteral) else {
                    throw .outOfRange(pointer: alpha.pointer, expected: "a layer's name", actual: "a pattern")
                }
                patterns.append((name, try alpha.number(in: alphas)))
            }
        }
        return Scaling(
            alpha: try root.field(prefix + "lora_alpha")?.number(in: alphas), patterns: patterns,
            isStabilized: try root.field(prefix + "use_rslora")?.bool() ?? false)
    }

    private static func isLiteral(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._".contains(character))
    }

    /// What a layer's term is multiplied by: 1 where nothing is said.
    func factor(of layer: String, rank: Int) -> Double {
        let prefix = Self.prefixes.first(where: layer.hasPrefix) ?? ""
        guard let scaling = scalings[prefix] ?? nil else { return 1 }
        let name = String(layer.dropFirst(prefix.count))
        let special = scaling.patterns.first { Self.matches($0.name, name) }
        guard let alpha = special?.alpha ?? scaling.alpha else { return 1 }
        return alpha / (scaling.isStabilized ? Double(rank).squareRoot() : Double(rank))
    }

    /// peft `get_pattern_key`, for patterns that are names: a whole layer's, or the end of one.
    private static func matches(_ pattern: String, _ layer: String) -> Bool {
        pattern.hasPrefix("^") ? layer == pattern.dropFirst() : layer == pattern || layer.hasSuffix("." + pattern)
    }
}
