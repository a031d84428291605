import JSON

/// How an answer hands a picture over: a field of its entry.
package struct PictureField: Sendable {
    /// The field's name.
    let name: String
    /// The field's value for a file.
    let value: @Sendable (JobResult.File) -> JSONValue

    /// The picture itself.
    package static let base64 = PictureField(name: "b64_json") { .string(Base64.encode($0.bytes)) }
}
