import JSON
import Layers

/// An option of a model's configuration that changes what is computed, and the values of it that are implemented.
struct ImplementedOption {
    let name: String
    let values: [JSONValue]

    /// An option that must have one of these values; being absent or null is always implemented.
    init(_ name: String, _ values: JSONValue...) {
        self.name = name
        self.values = values
    }
}

extension ConfigurationFile {
    /// Refuses the first option whose value is not implemented.
    func requireImplemented(_ options: [ImplementedOption]) throws(ModelError) {
        for option in options {
            if let field = root.field(option.name), !option.values.contains(field.value) { throw unsupported(field) }
        }
    }

    /// Refuses the first block whose type is not implemented.
    func requireImplemented(blocks name: String, _ types: [String]) throws(ModelError) {
        let blocks = try read { root throws(JSONFieldError) in
            try root.required(name).array(maximumCount: JSONCursor.maximumLevelCount)
        }
        for block in blocks where !types.contains(where: { block.value == .string($0) }) { throw unsupported(block) }
    }
}

extension JSONCursor {
    /// As many resolutions as 4096 latent pixels can be halved into, with room.
    static let maximumLevelCount = 12
    /// Beyond every published model, and small enough that no product of sizes overflows.
    static let channelRange = 1...16384

    /// A whole number with a default.
    func integer(
        _ name: String, in range: ClosedRange<Int>, default value: Int
    ) throws(JSONFieldError) -> Int {
        try field(name)?.integer(in: range) ?? value
    }

    /// A number with a default.
    func number(
        _ name: String, in range: ClosedRange<Double>, default value: Double
    ) throws(JSONFieldError) -> Float {
        Float(try field(name)?.number(in: range) ?? value)
    }

    /// True or false with a default.
    func bool(_ name: String, default value: Bool) throws(JSONFieldError) -> Bool {
        try field(name)?.bool() ?? value
    }

    /// A whole number for each level, or one for all of them.
    func integers(
        _ name: String, count: Int, in range: ClosedRange<Int>, default value: Int
    ) throws(JSONFieldError) -> [Int] {
        guard let field = field(name) else { return Array(repeating: value, count: count) }
        guard case .array = field.value else { return Array(repeating: try field.integer(in: range), count: count) }
        return try field.elements(count: count).map { element throws(JSONFieldError) in try element.integer(in: range) }
    }

    /// Channels for each level, all multiples of the number of normalisation groups.
    func channels(_ name: String, count: Int, groupCount: Int) throws(JSONFieldError) -> [Int] {
        try required(name).elements(count: count).map { element throws(JSONFieldError) in
            let channels = try element.integer(in: Self.channelRange)
            guard channels.isMultiple(of: groupCount) else {
                throw .outOfRange(
                    pointer: element.pointer, expected: "a multiple of \(groupCount), the norm_num_groups",
                    actual: "\(channels)")
            }
            return channels
        }
    }

    /// The elements of an array that has one for each level.
    func elements(count: Int) throws(JSONFieldError) -> [JSONCursor] {
        let elements = try array(maximumCount: Self.maximumLevelCount)
        guard elements.count == count else {
            throw .outOfRange(pointer: pointer, expected: "\(count) elements", actual: "\(elements.count)")
        }
        return elements
    }

    /// The side of the square that `sample_size` names; nil for a rectangle or when it is absent.
    func sampleSize() throws(JSONFieldError) -> Int? {
        guard let field = field("sample_size") else { return nil }
        guard case .array = field.value else { return try field.integer(in: 1...65536) }
        let sides = try field.elements(count: 2).map { side throws(JSONFieldError) in try side.integer(in: 1...65536) }
        return sides[0] == sides[1] ? sides[0] : nil
    }
}
