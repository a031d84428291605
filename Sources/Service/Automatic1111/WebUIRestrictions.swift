import JSON

/// What AUTOMATIC1111 can do and this server can't: clients may send such fields as long as they ask for nothing.
enum WebUIRestrictions {
    /// When a field asks for nothing.
    private enum Neutral {
        case off
        case number(Double)
        case atMost(Double)
        /// An empty text, array or object, or one of some words.
        case nothing([String] = [])
    }

    private static let common: [(name: String, neutral: Neutral)] = [
        ("enable_hr", .off), ("restore_faces", .off), ("tiling", .off), ("save_images", .off),
        ("subseed_strength", .atMost(0)), ("seed_resize_from_w", .atMost(0)), ("seed_resize_from_h", .atMost(0)),
        ("s_churn", .atMost(0)), ("s_tmin", .atMost(0)), ("s_min_uncond", .atMost(0)), ("s_noise", .number(1)),
        ("clip_skip", .atMost(1)), ("styles", .nothing()), ("script_name", .nothing(["None"])),
        ("alwayson_scripts", .nothing()), ("refiner_checkpoint", .nothing(["None"])),
    ]
    private static let settings: [(name: String, neutral: Neutral)] = [
        ("CLIP_stop_at_last_layers", .atMost(1)), ("sd_vae", .nothing(["None", "Automatic"])),
    ]

    /// Refuses a field that asks for what is not served.
    static func check(_ body: JSONCursor, _ kind: WebUIFields.Kind) throws(APIError) {
        for (name, neutral) in common { try check(body.field(name), neutral) }
        if kind == .image { try check(body.field("initial_noise_multiplier"), .number(1)) }
        guard let overrides = body.field("override_settings") else { return }
        do throws(JSONFieldError) { _ = try overrides.object() } catch { throw APIError(error) }
        for (name, neutral) in settings { try check(overrides.field(name), neutral) }
    }

    private static func check(_ field: JSONCursor?, _ neutral: Neutral) throws(APIError) {
        guard let field, let expected = expected(field.value, neutral) else { return }
        throw APIError(
            .unsupportedValue, "must be \(expected): nothing else is served", at: .pointer(field.pointer))
    }

    /// What must be there instead of a value; nil for one that asks for nothing.
    private static func expected(_ value: JSONValue, _ neutral: Neutral) -> String? {
        switch neutral {
        case .off: return value == .bool(false) ? nil : "false"
        case .number(let only): return number(value) == only ? nil : only.short
        case .atMost(let limit): return (number(value) ?? .infinity) <= limit ? nil : "\(limit.short) or less"
        case .nothing(let words): return isEmpty(value, or: words) ? nil : "empty"
        }
    }

    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        default: nil
        }
    }

    private static func isEmpty(_ value: JSONValue, or words: [String]) -> Bool {
        switch value {
        case .string(let text): text.isEmpty || words.contains(text)
        case .array(let elements): elements.isEmpty
        case .object(let object): object.count == 0
        default: false
        }
    }
}

extension Double {
    /// A whole number without its `.0`.
    fileprivate var short: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
