/// The known name that a mistyped one was probably meant to be: at most a third of its letters, and three, differ.
package func nearestName(to name: String, in known: [String]) -> String? {
    let letters = Array(name.utf8.prefix(64))
    let best =
        known
        .map { (name: $0, distance: editDistance(letters, Array($0.utf8))) }
        .min { $0.distance < $1.distance }
    guard let best, best.distance <= min(3, max(1, letters.count / 3)) else { return nil }
    return best.name
}

/// Levenshtein's distance: insertions, deletions and substitutions that turn one into the other.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let substituted = diagonal + (x == y ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
