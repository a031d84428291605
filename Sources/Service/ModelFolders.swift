/// The model folders of one kind, and which of them is the default.
package struct ModelFolders: Sendable {
    /// Which of the folders are wanted.
    package enum Selection: Sendable, Equatable {
        case all
        /// The folder of a name; the default one for nil.
        case only(String?)
        case none
    }

    /// The folders' names in order.
    let names: [String]
    /// The configured name, else the embedded model's, else the first; nil if there are no folders.
    let defaultName: String?
    private let folder: String

    /// Lists the folders; the configured default must be among them.
    init(_ folder: String, defaultName: String?) throws(RegistryError) {
        self.folder = folder
        let names = (Folder.names(at: folder) ?? []).filter { Folder.exists("\(folder)/\($0)") }
        if let defaultName, !names.contains(defaultName) { throw .missing(folder: "\(folder)/\(defaultName)") }
        self.names = names
        let embedded = names.first { $0 == Configuration.embeddedModel }
        self.defaultName = defaultName ?? embedded ?? names.first
    }

    /// The names of what a folder holds, in order; nil if it can't be read.
    package static func files(in folder: String) -> [String]? { Folder.names(at: folder) }

    /// Loads those that are wanted.
    func load<Model>(
        _ selection: Selection, _ model: (_ id: String, _ folder: String) throws(RegistryError) -> Model
    ) throws(RegistryError) -> [Model] {
        var models: [Model] = []
        for name in try wanted(selection) { models.append(try model(name, "\(folder)/\(name)")) }
        return models
    }

    private func wanted(_ selection: Selection) throws(RegistryError) -> [String] {
        switch selection {
        case .all: return names
        case .none: return []
        case .only(nil): return defaultName.map { [$0] } ?? []
        case .only(let name?):
            guard names.contains(name) else { throw .missing(folder: "\(folder)/\(name)") }
            return [name]
        }
    }
}
