import Glibc
import HTTP
import JSON

/// `/sdapi/v1/options`, the checkpoints, and the memory they take.
struct WebUISettingsRoute: Sendable {
    let registry: ModelRegistry
    let checkpoints: WebUICheckpoints
    let options: WebUIOptions

    /// The caller's options; none may be called `forge_preset`, by which SillyTavern tells Forge.
    func show(_ caller: Caller) -> Response {
        .json([
            "sd_model_checkpoint": options.checkpoint(of: caller).map(JSONValue.string) ?? nil, "sd_vae": "Automatic",
            "samples_format": "png", "CLIP_stop_at_last_layers": 1, "sd_vae_decode_method": "Full",
        ])
    }

    /// Chooses the caller's checkpoint, and answers when it is loaded; clients send other options back as they were.
    func set(_ call: Call) async throws(APIError) -> Response {
        let body = try RequestBody.json(call.request)
        do throws(JSONFieldError) { _ = try body.object() } catch { throw APIError(error) }
        if let id = try checkpoints.named(in: body.field("sd_model_checkpoint")) {
            _ = try await registry.pipelines.pipeline(id)
            options.setCheckpoint(id, for: call.caller)
        }
        return .json(nil)
    }

    /// Lets go of the caller's checkpoint; the next request loads it again.
    func unload(_ caller: Caller) -> Response {
        if let id = options.checkpoint(of: caller) { registry.pipelines.unload(id) }
        return .json([:])
    }

    /// Loads the caller's checkpoint.
    func reload(_ caller: Caller) async throws(APIError) -> Response {
        if let id = options.checkpoint(of: caller) { _ = try await registry.pipelines.pipeline(id) }
        return .json([:])
    }

    /// The memory of the machine and of this process, as modules/api/api.py counts it.
    func memory() -> Response {
        let total = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let used = Self.residentByteCount
        return .json([
            "ram": [
                "free": .integer(Int64(max(0, total - used))), "used": .integer(Int64(used)),
                "total": .integer(Int64(total)),
            ],
            "cuda": ["error": "unavailable: this server computes on the CPU"],
        ])
    }

    /// The second number of /proc/self/statm, in pages (proc(5)).
    private static var residentByteCount: Int {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let numbers = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return (numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
