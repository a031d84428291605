import HTTP
import JSON

/// The routes of AUTOMATIC1111's stable-diffusion-webui (`Api.__init__` of modules/api/api.py) that draw and look.
extension Application {
    /// Where they are.
    static let automatic1111Prefix = "/sdapi/v1/"

    mutating func addAutomatic1111(_ registry: ModelRegistry, _ queue: JobQueue) {
        let (checkpoints, jobs) = (WebUICheckpoints(registry.pipelines), WebUIJobs())
        let options = WebUIOptions(usual: registry.pipelines.defaultID)
        addDrawing(
            WebUIGenerationRoute(
                registry: registry, queue: queue, checkpoints: checkpoints, options: options, jobs: jobs),
            WebUIJobsRoute(queue: queue, jobs: jobs))
        addSettings(
            WebUISettingsRoute(registry: registry, checkpoints: checkpoints, options: options), checkpoints)
        addLooking(WebUIPicturesRoute(registry: registry, queue: queue))
        addCatalogues(registry)
    }

    private mutating func addDrawing(_ generation: WebUIGenerationRoute, _ jobs: WebUIJobsRoute) {
        addWebUI("POST", "txt2img") { call throws(APIError) in try await generation.draw(.text, call) }
        addWebUI("POST", "img2img") { call throws(APIError) in try await generation.draw(.image, call) }
        addWebUI("GET", "progress") { call throws(APIError) in try jobs.progress(call) }
        addWebUI("POST", "interrupt") { call in
            jobs.interrupt(call)
            return .json([:])
        }
        addWebUI("POST", "skip") { call in
            jobs.interrupt(call)
            return .json(nil)
        }
    }

    private mutating func addSettings(_ settings: WebUISettingsRoute, _ checkpoints: WebUICheckpoints) {
        addWebUI("GET", "options") { call in settings.show(call.caller) }
        addWebUI("POST", "options") { call throws(APIError) in try await settings.set(call) }
        addWebUI("GET", "sd-models") { _ throws(APIError) in .json(.array(try await checkpoints.list())) }
        // What the folder of the weights had when the server began is all it has.
        addWebUI("POST", "refresh-checkpoints") { _ in .json(nil) }
        addWebUI("POST", "unload-checkpoint") { call in settings.unload(call.caller) }
        addWebUI("POST", "reload-checkpoint") { call throws(APIError) in try await settings.reload(call.caller) }
        addWebUI("GET", "memory") { _ in settings.memory() }
    }

    private mutating func addLooking(_ pictures: WebUIPicturesRoute) {
        addWebUI("POST", "png-info") { call throws(APIError) in try pictures.texts(call.request) }
        addWebUI("POST", "interrogate") { call throws(APIError) in try await pictures.caption(call) }
    }

    private mutating func addCatalogues(_ registry: ModelRegistry) {
        let lists: [(name: String, value: JSONValue)] = [
            ("samplers", WebUICatalogue.samplers), ("schedulers", WebUICatalogue.schedulers),
            ("upscalers", WebUICatalogue.upscalers), ("scripts", WebUICatalogue.scripts),
            ("embeddings", WebUICatalogue.embeddings), ("cmd-flags", WebUICatalogue.flags),
            ("sd-vae", []), ("latent-upscale-modes", []), ("script-info", []), ("hypernetworks", []),
            ("face-restorers", []), ("realesrgan-models", []), ("prompt-styles", []),
        ]
        addWebUI("GET", "loras") { _ in .json(WebUICatalogue.adapters(registry.adapters.names)) }
        for (name, value) in lists { addWebUI("GET", name) { _ in .json(value) } }
    }

    private mutating func addWebUI(_ method: String, _ name: String, _ route: @escaping Route) {
        add(method, Self.automatic1111Prefix + name, route)
    }
}
