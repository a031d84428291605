package import Layers

extension ModelError {
    /// The same fact of a tokenizer's folder, with the folder in the file's name.
    package init(_ error: TokenizerError, folder: String) {
        func path(_ file: String) -> String { "\(folder)/\(file)" }
        switch error {
        case .unreadable(let file, let reason): self = .unreadable(file: path(file), reason: reason)
        case .malformed(let file, let reason): self = .malformed(file: path(file), reason: reason)
        case .field(let error, let file): self = .configuration(error, file: path(file))
        case .unsupported(let file, let pointer, let value):
            self = .unsupported(file: path(file), pointer: pointer, value: value)
        case .tooLarge(let file, let maximum, let actual):
            self = .malformed(file: path(file), reason: "\(actual) bytes; at most \(maximum) are accepted")
        case .tooMany(let file, let what, let maximum, let actual):
            self = .malformed(file: path(file), reason: "\(actual) \(what); at most \(maximum) are accepted")
        case .repeated(let file, let token, let id):
            self = .malformed(file: path(file), reason: "the token '\(token)' or its id \(id) is there twice")
        case .malformedMerge(let file, let number):
            self = .malformed(file: path(file), reason: "merge \(number) is not two tokens")
        case .unknownMerge(let file, let number, let token):
            self = .malformed(file: path(file), reason: "merge \(number) needs '\(token)', which is no token")
        case .missingToken(let file, let token):
            self = .malformed(file: path(file), reason: "there is no token '\(token)'")
        }
    }
}

extension Tokenizer {
    /// Reads the tokenizer of a text encoder, whose every id and text must fit the encoder.
    package init(folder: String, for encoder: TextConfiguration) throws(ModelError) {
        do throws(TokenizerError) {
            try self.init(folder: folder, fallbackLength: encoder.positionCount)
        } catch {
            throw ModelError(error, folder: folder)
        }
        guard length <= encoder.positionCount else {
            throw .malformed(
                file: folder, reason: "texts of \(length) tokens for an encoder of \(encoder.positionCount) positions")
        }
        guard idBound <= encoder.vocabularyCount else {
            throw .malformed(
                file: folder, reason: "ids up to \(idBound - 1) for an encoder of \(encoder.vocabularyCount) tokens")
        }
    }
}
