/// Strings to look for at a place in a text, the longest first.
struct TokenTrie: Sendable {
    private struct Node {
        var children: [Unicode.Scalar: Int] = [:]
        var id: Int?
    }

    private var nodes = [Node()]

    /// Adds a string; one that is there already keeps its id.
    mutating func insert(_ content: [Unicode.Scalar], id: Int) {
        var node = 0
        for scalar in content {
            if let child = nodes[node].children[scalar] {
                node = child
            } else {
                nodes[node].children[scalar] = nodes.count
                node = nodes.count
                nodes.append(Node())
            }
        }
        nodes[node].id = nodes[node].id ?? id
    }

    /// The longest string that starts at `position`, and where it ends.
    func longestMatch(in text: [Unicode.Scalar], at position: Int) -> (id: Int, end: Int)? {
        var longest: (id: Int, end: Int)?
        var node = 0
        var end = position
        while end < text.count, let child = nodes[node].children[text[end]] {
            node = child
            end += 1
            if let id = nodes[node].id { longest = (id, end) }
        }
        return longest
    }
}
