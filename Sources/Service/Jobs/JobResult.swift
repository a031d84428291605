package import HTTP
package import JSON

/// What a job came to: an answer, and the files that belong to it.
package struct JobResult: Sendable, Equatable {
    /// A picture or a table.
    package struct File: Sendable, Equatable {
        /// The media type.
        package let type: String
        /// The whole file.
        package let bytes: [UInt8]

        /// A file of a media type.
        package init(type: String, bytes: [UInt8]) { (self.type, self.bytes) = (type, bytes) }
    }

    /// The answer; where it has `data`, the first files are the pictures of its entries.
    package let answer: JSONObject
    /// The files in order.
    package let files: [File]

    /// An answer and its files.
    package init(answer: JSONObject, files: [File] = []) { (self.answer, self.files) = (answer, files) }

    /// The answer with a field of each entry of `data` for its picture.
    func filled(with pictures: PictureField) -> JSONObject {
        Self.filling(answer, fileCount: files.count, with: pictures.name) { pictures.value(files[$0]) }
    }

    /// The answer of a call that waited.
    package func response(of kind: JobKind, _ pictures: PictureField = .base64) -> Response {
        let answer = filled(with: pictures)
        guard kind == .centroids, let name = answer["name"]?.string else { return .json(.object(answer)) }
        var response = Response.json(.object(answer), status: 201)
        response.headers.append(("Location", "\(kind.path)/\(name)"))
        return response
    }

    /// An answer whose entries of `data` say something of their picture.
    static func filling(
        _ answer: JSONObject, fileCount: Int, with name: String, _ value: (Int) -> JSONValue
    ) -> JSONObject {
        guard fileCount > 0, let entries = answer["data"]?.array else { return answer }
        var answer = answer
        answer["data"] = .array(
            entries.enumerated().map { index, entry in
                guard index < fileCount, let fields = entry.object else { return entry }
                return .object(JSONObject([(name, value(index))]).merging(fields))
            })
        return answer
    }
}
