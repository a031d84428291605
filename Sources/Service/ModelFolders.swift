/// The model folders of one kind, and which of them is the default.
package struct ModelFolders: Sendable {
    /// Which of the folders are wanted.
    package enum Selection: Sendable, Equatable {
        case all
        /// The folder of a name; the default one for nil.
        case only(String?)
        case none
    }

    private let folders: [(name: String, path: String)]
    private let root: String
    /// The configured name, else the embedded model's, else the first; nil if there are no folders.
    let defaultName: String?

    /// Lists the folders in the order of their names, then those that lie elsewhere; the default must be among them.
    init(
        _ root: String, and others: [NamedFolder] = [], defaultName: String?
    ) throws(RegistryError) {
        self.root = root
        let names = (Folder.names(at: root) ?? []).filter { Folder.exists("\(root)/\($0)") }
        folders = names.map { ($0, "\(root)/\($0)") } + others.map { ($0.name, $0.path) }
        if let defaultName, !folders.contains(where: { $0.name == defaultName }) {
            throw .missing(folder: "\(root)/\(defaultName)")
        }
        let embedded = folders.first { $0.name == Configuration.embeddedModel }
        self.defaultName = defaultName ?? embedded?.name ?? folders.first?.name
    }

    /// Whether there is none.
    var isEmpty: Bool { folders.isEmpty }

    /// The names of what a folder holds, in order; nil if it can't be read.
    package static func files(in folder: String) -> [String]? { Folder.names(at: folder) }

    /// Refuses names that can't stand in a path of the API, and two that differ in nothing but case.
    func checkNames() throws(RegistryError) {
        var paths: [String: String] = [:]
        for (name, path) in folders {
            guard NamedFolder.isName(name) else { throw .unusableName(name, folder: path) }
            if let other = paths.updateValue(path, forKey: name.lowercased()) {
                throw .repeatedName(name, folders: [other, path])
            }
        }
    }

    /// Loads those that are wanted.
    func load<Model>(
        _ selection: Selection, _ model: (_ id: String, _ folder: String) throws(RegistryError) -> Model
    ) throws(RegistryError) -> [Model] {
        var models: [Model] = []
        for (name, path) in try wanted(selection) { models.append(try model(name, path)) }
        return models
    }

    private func wanted(_ selection: Selection) throws(RegistryError) -> [(name: String, path: String)] {
        switch selection {
        case .all: return folders
        case .none: return []
        case .only(let name):
            guard let name = name ?? defaultName else { return [] }
            guard let folder = folders.first(where: { $0.name == name }) else {
                throw .missing(folder: "\(root)/\(name)")
            }
            return [folder]
        }
    }
}
