/// The names of the files of a tokenizer folder, as transformers writes them.
enum TokenizerFile {
    static let tokenizer = "tokenizer.json"
    static let vocabulary = "vocab.json"
    static let merges = "merges.txt"
    static let configuration = "tokenizer_config.json"
    static let specialTokens = "special_tokens_map.json"
    static let addedTokens = "added_tokens.json"
}
