/// A job's name: 128 random bits as 32 lowercase hexadecimal digits, so that nobody guesses another's.
package struct JobID: Sendable, Hashable, CustomStringConvertible {
    /// The 32 digits.
    package let description: String

    /// The name as a client sent it; nil if it is not exactly 32 of the digits 0-9 and a-f.
    package init?(_ text: String) {
        let isDigit: (UInt8) -> Bool = { (48...57).contains($0) || (97...102).contains($0) }
        guard text.utf8.count == 32, text.utf8.allSatisfy(isDigit) else { return nil }
        description = text
    }

    private init(_ bits: UInt128) {
        description = String(unsafeUninitializedCapacity: 32) { digits in
            for place in 0..<32 {
                let value = UInt8(truncatingIfNeeded: bits >> (124 - 4 * place)) & 15
                digits[place] = value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            }
            return 32
        }
    }

    /// A new name, from the system's cryptographic generator.
    package static func random() -> JobID { JobID(UInt128.random(in: 0...UInt128.max)) }
}
