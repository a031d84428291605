// The standard library keeps its normalisation behind this SPI; the alternative is Foundation, which Sources avoid.
@_spi(_Unicode) import Swift

/// Unicode Normalization Forms C and D as the tokenizers library computes them.
///
/// Its crate (unicode-normalization-alignments 0.1.12) has the data of Unicode 9.0, so characters assigned later neither
/// decompose nor reorder. The algorithm is that of UAX #15, run here rather than by `String._nfc`, which takes quadratic
/// time on long runs of combining marks and leaves U+0F73, U+0F75 and U+0F81 out of order; only the data are the library's.
package enum CanonicalComposition {
    /// The text with every character decomposed and its marks in canonical order: Form D.
    package static func decomposed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        // Below U+00C0 nothing decomposes or combines.
        text.allSatisfy { $0.value < 0xC0 } ? text : ordered(parts(of: text)).map(\.scalar)
    }

    /// The text with every character that has one in its composed form.
    static func composed(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        // Below U+0300 nothing combines, and all of it is composed already.
        text.allSatisfy { $0.value < 0x300 } ? text : recomposed(ordered(parts(of: text)))
    }

    /// A scalar and its canonical combining class; 0 starts a new character.
    private struct Combining {
        let scalar: Unicode.Scalar
        let rank: UInt8
    }

    private struct ScalarPair: Hashable {
        let first: Unicode.Scalar
        let second: Unicode.Scalar
    }

    private static func parts(of text: [Unicode.Scalar]) -> [Combining] {
        var result: [Combining] = []
        result.reserveCapacity(text.count)
        for scalar in text {
            if scalar.value < 0xC0 || !isAssigned(scalar) {
                result.append(Combining(scalar: scalar, rank: 0))
            } else {
                for part in String(scalar)._nfd {
                    result.append(Combining(scalar: part, rank: part.properties.canonicalCombiningClass.rawValue))
                }
            }
        }
        return result
    }

    /// Puts each run of marks in the order of their classes; equal classes keep theirs.
    private static func ordered(_ text: [Combining]) -> [Combining] {
        var result = text
        var start = 0
        while start < result.count {
            let end = result[start...].firstIndex { $0.rank == 0 } ?? result.count
            if end - start > 1 {
                let run = result[start..<end].enumerated()
                    .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
                result.replaceSubrange(start..<end, with: run.map(\.element))
            }
            start = end + 1
        }
        return result
    }

    private static func recomposed(_ text: [Combining]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        var known: [ScalarPair: Unicode.Scalar?] = [:]  // texts repeat their characters, and `_nfc` is slow
        var starter: Int?
        var lastRank: UInt8?  // of what stands between the starter and the next scalar; nil when they touch
        for next in text {
            if let position = starter, next.scalar.value >= 0x300, lastRank.map({ $0 < next.rank }) ?? true {
                let pair = ScalarPair(first: result[position], second: next.scalar)
                let composite = known[pair] ?? composite(of: pair)
                known[pair] = .some(composite)
                if let composite {
                    result[position] = composite
                    continue
                }
            }
            if next.rank == 0 {
                starter = result.count
                lastRank = nil
            } else {
                lastRank = next.rank
            }
            result.append(next.scalar)
        }
        return result
    }

    /// The one character that two make; nil when they stay two.
    private static func composite(of pair: ScalarPair) -> Unicode.Scalar? {
        guard isAssigned(pair.first), isAssigned(pair.second) else { return nil }
        var text = String.UnicodeScalarView()
        text.append(pair.first)
        text.append(pair.second)
        var composed = String(text)._nfc.makeIterator()
        guard let composite = composed.next(), composed.next() == nil else { return nil }
        return composite
    }

    private static func isAssigned(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x300 || scalar.isAssigned(inUnicode: 9)
    }
}
