package import JSON

/// A tokenizer folder that cannot be used: which of its files, and why.
package enum TokenizerError: Error, Equatable {
    /// The file is not there, or the system won't let it be read.
    case unreadable(file: String, reason: String)
    /// The file is larger than any tokenizer needs.
    case tooLarge(file: String, maximumByteCount: Int, actual: Int)
    /// The file is not JSON, or not UTF-8.
    case malformed(file: String, reason: String)
    /// A field is missing or is not what it must be.
    case field(JSONFieldError, file: String)
    /// A field asks for something that is not implemented.
    case unsupported(file: String, pointer: String, value: String)
    /// There are more tokens, merges or added tokens than are accepted.
    case tooMany(file: String, what: String, maximum: Int, actual: Int)
    /// Two tokens have the same id, or one token is there twice.
    case repeated(file: String, token: String, id: Int)
    /// A merge, counted from 1, is not two tokens.
    case malformedMerge(file: String, number: Int)
    /// A merge, counted from 1, has a part or a result that the vocabulary lacks.
    case unknownMerge(file: String, number: Int, token: String)
    /// A token that texts need is not in the vocabulary, and there is no unknown token to stand for it.
    case missingToken(file: String, token: String)
}
