package import JSON

/// How the OpenAI API hands pictures over.
package struct ImageDelivery: Sendable, Equatable {
    /// As events, while they are drawn.
    package let isStreamed: Bool
    /// How many previews of each picture a stream has, at most.
    package let partialCount: Int
    /// By their addresses.
    package let usesURLs: Bool

    private static let maximumPartialCount = 3

    /// Reads a request's fields.
    package init(_ body: JSONCursor) throws(JSONFieldError) {
        isStreamed = try body.field("stream")?.bool() ?? false
        let partialCount = try body.field("partial_images")?.integer(in: 0...Self.maximumPartialCount) ?? 0
        self.partialCount = isStreamed ? partialCount : 0
        let field = body.field("response_format")
        usesURLs = try field?.choice(of: ["b64_json", "url"]) == "url"
        if let field, isStreamed, usesURLs {
            throw .outOfRange(pointer: field.pointer, expected: "'b64_json' for a stream", actual: "'url'")
        }
    }

    /// Which previews follow which of so many steps: they are spread evenly, and there are less where steps are few.
    ///
    /// [step: index of the preview]
    package func partials(of stepCount: Int) -> [Int: Int] {
        guard partialCount > 0 else { return [:] }
        var indices: [Int: Int] = [:]
        for number in 1...partialCount {
            let step = stepCount * number / (partialCount + 1)
            if step > 0, indices[step] == nil { indices[step] = indices.count }
        }
        return indices
    }
}
