package import CLIP
package import Diffusion
package import GAN
import Glibc
package import Layers
package import Perception
package import Scoring
package import Tensors

/// Every model of the weights folder: pipelines on a shelf, all others loaded and checked before the server listens.
package struct ModelRegistry: Sendable {
    /// A pipeline under the name of the API; an object, so that it can be told whether anything still draws with it.
    package final class LoadedPipeline: Sendable {
        /// The name of the API.
        package let id: String
        /// The networks.
        package let pipeline: Pipeline
        /// What a request that says nothing gets.
        package let defaults: GenerationDefaults
        private let atEnd: @Sendable () -> Void

        /// Loads a folder; `atEnd` is called when nothing holds the pipeline any more.
        package init(
            _ folder: PipelineFolder, on device: Device, atEnd: @escaping @Sendable () -> Void = {}
        ) throws(ModelError) {
            (id, defaults, self.atEnd) = (folder.id, folder.defaults, atEnd)
            pipeline = try Pipeline(folder: folder.path, on: device)
        }

        deinit { atEnd() }

        /// The size that it was trained at.
        package var size: ImageSize { ImageSize(width: pipeline.defaultSide, height: pipeline.defaultSide) }
    }

    /// A CLIP under its folder's name.
    package struct LoadedCLIP: Sendable {
        /// The folder's name.
        package let id: String
        /// The encoders.
        package let model: CLIPModel
        /// The styles that it tells apart where a request names none.
        package let styles: StyleList
    }

    /// The pipelines, of which only the default one is loaded before the server listens.
    package let pipelines: PipelineShelf
    /// The CLIPs by name.
    package let clips: [LoadedCLIP]
    /// The creative adversarial networks by name.
    package let networks: [CANModel]
    /// The sets of centroids that ship and that were fitted.
    package let centroidStore: CentroidStore
    /// The adapters of `weights/adapters`.
    package let adapters: AdapterShelf
    /// The aesthetic heads of `weights/heads` by name.
    package let heads: [AestheticHead]
    /// ImageReward's folders of `weights/image-reward` by name.
    package let rewardModels: [ImageRewardModel]
    /// DINO's folders of `weights/dino` by name.
    package let dinos: [DINOModel]
    /// The files of `weights/styles` by name.
    package let styleLists: [String: StyleList]
    /// The CLIP used where a request names none; nil if there is no CLIP.
    package let defaultCLIP: LoadedCLIP?

    /// Classifiers whose styles are embedded already.
    package let classifiers = ClassifierCache()
    /// The scorers as they were listed last.
    let scorerList = ScorerList()
    /// When the models were loaded, in Unix time.
    package let loadTime: Int
    /// How long that took.
    package let loadSeconds: Double

    private static let commonStyles = "wikiart-27"

    /// Registers the pipelines that are wanted, and loads their default, the CLIPs that are wanted, and all of the rest.
    package init(
        _ configuration: Configuration, pipelines pipelineSelection: ModelFolders.Selection = .all,
        clips clipSelection: ModelFolders.Selection = .all
    ) throws(RegistryError) {
        let start = ContinuousClock.now
        let exact = Device(threads: configuration.threads)
        let device = exact.computing(in: configuration.precision)
        let root = configuration.weights
        guard Folder.exists(root) else { throw .missing(folder: root) }
        let pipelines = try ModelFolders(
            root + "/diffusion", and: configuration.pipelines, defaultName: configuration.defaultPipeline)
        try pipelines.checkNames()
        let clips = try ModelFolders(root + "/clip", defaultName: configuration.defaultCLIP)
        if pipelines.isEmpty, clips.isEmpty { throw .empty(folder: root) }
        let styleLists = try Self.styleLists(in: root + "/styles")
        self.styleLists = styleLists
        let folders = try pipelines.load(pipelineSelection) { id, folder throws(RegistryError) in
            try PipelineFolder(id: id, path: folder, on: device)
        }
        self.pipelines = try PipelineShelf(
            folders, default: pipelines.defaultName, maximumByteCount: configuration.modelMemory << 20, on: device)
        self.clips = try clips.load(clipSelection) { id, folder throws(RegistryError) in
            try Self.clip(id, folder, styleLists: styleLists, on: device.withoutIntegers)
        }
        networks = try ModelFolders(root + "/gan", defaultName: nil).load(.all) { _, folder throws(RegistryError) in
            do throws(ModelError) { return try CANModel(folder: folder, on: exact) } catch { throw .model(error) }
        }
        rewardModels = try ModelFolders(root + "/image-reward", defaultName: nil)
            .load(.all) { _, folder throws(RegistryError) in
                do throws(ModelError) { return try ImageRewardModel(folder: folder, on: exact) } catch {
                    throw .model(error)
                }
            }
        dinos = try ModelFolders(root + "/dino", defaultName: nil).load(.all) { _, folder throws(RegistryError) in
            do throws(ModelError) { return try DINOModel(folder: folder, on: exact) } catch { throw .model(error) }
        }
        adapters = AdapterShelf(folder: root + "/adapters", on: device)
        heads = try Self.heads(in: root + "/heads", on: exact)
        centroidStore = try CentroidStore(weights: root, data: configuration.data, on: exact)
        defaultCLIP = self.clips.first { $0.id == clips.defaultName }
        loadTime = time(nil)
        loadSeconds = (ContinuousClock.now - start) / .seconds(1)
    }

    private static func clip(
        _ id: String, _ folder: String, styleLists: [String: StyleList], on device: Device
    ) throws(RegistryError) -> LoadedCLIP {
        guard let styles = styleLists[id] ?? styleLists[commonStyles] else {
            throw .noStyles(clip: id, common: commonStyles)
        }
        do throws(ModelError) {
            return LoadedCLIP(id: id, model: try CLIPModel(folder: folder, on: device), styles: styles)
        } catch {
            throw .model(error)
        }
    }

    private static func heads(in folder: String, on device: Device) throws(RegistryError) -> [AestheticHead] {
        let suffix = ".safetensors"
        var heads: [AestheticHead] = []
        for file in Folder.names(at: folder) ?? [] where file.hasSuffix(suffix) {
            let (path, name) = ("\(folder)/\(file)", String(file.dropLast(suffix.count)))
            do throws(AestheticHeadError) {
                heads.append(try AestheticHead(contentsOf: path, name: name, on: device))
            } catch {
                throw .head(error, file: path)
            }
        }
        return heads
    }

    private static func styleLists(in folder: String) throws(RegistryError) -> [String: StyleList] {
        let suffix = ".txt"
        var lists: [String: StyleList] = [:]
        for file in Folder.names(at: folder) ?? [] where file.hasSuffix(suffix) {
            do throws(StyleListError) {
                lists[String(file.dropLast(suffix.count))] = try StyleList(contentsOf: "\(folder)/\(file)")
            } catch {
                throw .styles(error, file: "\(folder)/\(file)")
            }
        }
        return lists
    }
}
