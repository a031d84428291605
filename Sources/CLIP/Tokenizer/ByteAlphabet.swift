/// The printable character that stands for each byte in a vocabulary, as in GPT-2's `bytes_to_unicode`.
enum ByteAlphabet {
    /// One character for each of the 256 bytes.
    ///
    /// Printable Latin-1 stands for itself; the other bytes take the characters from U+0100 on, in their order.
    static let characters: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? "\u{FFFD}"
            }
        }
    }()
}
