import Diffusion
import JSON

extension GuidanceInterval {
    /// Reads `[start, end]`.
    init(_ field: JSONCursor) throws(JSONFieldError) {
        let ends = try field.array(maximumCount: 2)
        guard ends.count == 2 else {
            throw .outOfRange(pointer: field.pointer, expected: "[start, end]", actual: "\(ends.count) numbers")
        }
        self.init(start: try ends[0].number(in: Self.fractions), end: try ends[1].number(in: Self.fractions))
        guard isValid else {
            throw .outOfRange(pointer: field.pointer, expected: "a start before its end", actual: "[\(start), \(end)]")
        }
    }

    /// `[start, end]`.
    var json: JSONValue { [.real(start), .real(end)] }
}
