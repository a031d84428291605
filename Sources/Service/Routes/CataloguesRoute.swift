package import HTTP
import JSON
import Scoring

/// `GET /v1/catalogues`: the paper's prompts, and the style lists that are loaded.
package struct CataloguesRoute: Sendable {
    private let registry: ModelRegistry

    /// Lists the registry's style lists beside the paper's prompts.
    package init(registry: ModelRegistry) { self.registry = registry }

    /// All catalogues.
    package func list() -> Response {
        let prompts = PromptCatalogue.paper.map { catalogue -> JSONValue in
            [
                "id": .string(catalogue.id), "kind": "prompts", "title": .string(catalogue.title),
                "prompts": .array(catalogue.prompts.map(JSONValue.string)),
            ]
        }
        let styles = registry.styleLists.sorted { $0.key < $1.key }.map { name, list -> JSONValue in
            [
                "id": .string(name), "kind": "styles", "title": "A list that scorers take by its name",
                "labels": .array(list.labels.map(JSONValue.string)),
            ]
        }
        return .json(["object": "list", "data": .array(prompts + styles)])
    }
}
