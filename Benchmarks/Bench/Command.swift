/// A command line: a name, and words.
struct Command {
    /// Why a command is not run.
    enum Failure: Error {
        case unknown(String)
        case wants(String)
    }

    let name: String
    private let words: [String]

    init(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        name = words.first ?? ""
        self.words = Array(words.dropFirst())
    }

    /// The words after some.
    func text(from index: Int) -> String { words.dropFirst(index).joined(separator: " ") }

    /// A word.
    func word(_ index: Int) throws -> String {
        guard words.indices.contains(index) else { throw Failure.wants("word \(index + 1)") }
        return words[index]
    }

    /// A number above 0; `usual` where the line ends before it.
    func count(_ index: Int, usual: Int? = nil) throws -> Int {
        if let usual, index >= words.count { return usual }
        guard let count = Int(try word(index)), count > 0 else { throw Failure.wants("a count as word \(index + 1)") }
        return count
    }

    /// A number.
    func number(_ index: Int) throws -> Float {
        guard let number = Float(try word(index)) else { throw Failure.wants("a number as word \(index + 1)") }
        return number
    }
}
