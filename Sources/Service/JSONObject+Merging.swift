package import JSON

extension JSONObject {
    /// These fields and then the others.
    package func merging(_ others: JSONObject) -> JSONObject {
        others.fields.reduce(into: self) { $0[$1.name] = $1.value }
    }
}
