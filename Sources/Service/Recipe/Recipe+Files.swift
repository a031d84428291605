package import Images
package import JSON

extension Recipe {
    /// What a PNG of the picture carries: the text for AUTOMATIC1111's tools, then the exact recipe.
    package var texts: [PNGText] {
        [
            PNGText(Infotext.keyword, infotext.text),
            PNGText(Self.keyword, String(decoding: JSONValue.object(json).encoded(), as: UTF8.self)),
        ]
    }

    /// What a JPEG of the picture carries, as those tools do: the text alone; nil where it is too long for EXIF.
    package var comment: EXIFComment? { EXIFComment(infotext.text) }

    /// The recipe that a PNG carries, the exact one if it is there; nil where there is none.
    package init?(texts: [PNGText]) throws(JSONFieldError) {
        if let json = texts.last(where: { $0.keyword == Self.keyword }).flatMap({ Self.parsed($0.text) }) {
            try self.init(json: json)
            return
        }
        guard let text = texts.last(where: { $0.keyword == Infotext.keyword })?.text else { return nil }
        try self.init(Infotext(parsing: text))
    }

    /// The JSON of a text; nil for one that is not JSON, which some other program wrote under this keyword.
    private static func parsed(_ text: String) -> JSONValue? {
        do throws(JSONError) { return try JSONValue(parsing: Array(text.utf8)) } catch { return nil }
    }
}
