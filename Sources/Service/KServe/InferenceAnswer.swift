import HTTP
import JSON

/// The answer to a request of the Open Inference Protocol.
struct InferenceAnswer {
    private var outputs: [JSONValue] = []
    private var binary: [UInt8] = []
    private var hasBinary = false
    private let rowCount: Int

    /// An answer without outputs yet, for a number of pictures.
    init(rowCount: Int) { self.rowCount = rowCount }

    /// Adds an output.
    mutating func append(_ wanted: InferenceRequest.Wanted, _ values: InferenceOutput.Values) {
        let count =
            switch values {
            case .numbers(let numbers): numbers.count
            case .texts(let texts): texts.count
            }
        let columns = wanted.output == .probabilities ? [JSONValue.integer(Int64(count / rowCount))] : []
        var json: JSONObject = [
            "name": .string(wanted.output.rawValue), "datatype": .string(wanted.output.datatype),
            "shape": .array([.integer(Int64(rowCount))] + columns),
        ]
        if wanted.isBinary {
            let bytes =
                switch values {
                case .numbers(let numbers): BinaryElements.encode(numbers)
                case .texts(let texts): BinaryElements.encode(texts)
                }
            json["parameters"] = ["binary_data_size": .integer(Int64(bytes.count))]
            binary += bytes
            hasBinary = true
        } else {
            json["data"] =
                switch values {
                case .numbers(let numbers): .array(numbers.map { .real(Double($0)) })
                case .texts(let texts): .array(texts.map(JSONValue.string))
                }
        }
        outputs.append(.object(json))
    }

    /// The response: JSON, and bytes behind it where any output is to be binary.
    func response(_ request: InferenceRequest, of model: InferenceModel) -> Response {
        var json: JSONObject = [
            "model_name": .string(model.scorer.id), "model_version": .string(InferenceModel.version),
        ]
        if let id = request.id { json["id"] = .string(id) }
        json["outputs"] = .array(outputs)
        guard hasBinary else { return .json(.object(json)) }
        let header = JSONValue.object(json).encoded()
        return Response(
            status: 200,
            headers: [
                ("Content-Type", "application/octet-stream"), (InferenceBody.lengthName, "\(header.count)"),
            ], body: header + binary)
    }
}
