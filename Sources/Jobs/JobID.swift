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
        let digits = String(bits, radix: 16)
        description = String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// A new name, from the system's cryptographic generator.
    package static func random() -> JobID { JobID(UInt128.random(in: 0...UInt128.max)) }
}
