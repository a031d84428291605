import Diffusion
import JSON

/// An adapter as a request names it.
package struct AdapterField: Sendable, Equatable {
    /// One of `weights/adapters`.
    package let name: String
    /// How strongly it counts; 1 as it was trained.
    package let scale: Double

    private static let maximumCount = 8
    private static let scales = -4.0...4.0

    /// Reads `[{"name": …, "scale": …}]`, each name once.
    static func list(_ field: JSONCursor?) throws(JSONFieldError) -> [AdapterField] {
        var adapters: [AdapterField] = []
        for element in try field?.array(maximumCount: maximumCount) ?? [] {
            try element.refuseUnknownFields(["name", "scale"])
            let name = try element.required("name").string(maximumLength: 256)
            guard !adapters.contains(where: { $0.name == name }) else {
                throw .outOfRange(
                    pointer: element.pointer(to: "name"), expected: "each adapter once", actual: "repeated")
            }
            adapters.append(AdapterField(name: name, scale: try element.field("scale")?.number(in: scales) ?? 1))
        }
        return adapters
    }

    /// The adapters of a request, on the layers of the pipeline that draws.
    static func bound(
        _ fields: [AdapterField], to pipeline: Pipeline, from shelf: AdapterShelf
    ) async throws(APIError) -> [ScaledAdapter] {
        var adapters: [ScaledAdapter] = []
        for (index, field) in fields.enumerated() {
            let adapter = try await shelf.adapter(field.name, at: .pointer("/adapters/\(index)/name"))
            do throws(AdapterError) {
                adapters.append(ScaledAdapter(try adapter.bound(to: pipeline), scale: Float(field.scale)))
            } catch {
                throw APIError(
                    .unsupportedValue, "does not fit pipeline '\(pipeline.name)': \(error.message)",
                    at: .pointer("/adapters/\(index)"))
            }
        }
        return adapters
    }

    /// The field of the API.
    var json: JSONValue { ["name": .string(name), "scale": .real(scale)] }
}
