package import Layers
import Tensors

extension Tokenizer {
    /// How many tokens each text will have, by the folder's configuration; the vocabulary must be there, but isn't read.
    package static func length(folder path: String, for encoder: TextConfiguration) throws(ModelError) -> Int {
        let isWhole = MappedFile.exists("\(path)/\(TokenizerFile.tokenizer)")
        let missing = (isWhole ? [] : [TokenizerFile.vocabulary, TokenizerFile.merges])
            .first { !MappedFile.exists("\(path)/\($0)") }
        if let missing { throw .unreadable(file: "\(path)/\(missing)", reason: "no such file") }
        do throws(TokenizerError) {
            return try TokenizerConfiguration(TokenizerFolder(path: path)).length ?? encoder.positionCount
        } catch {
            throw ModelError(error, folder: path)
        }
    }
}
