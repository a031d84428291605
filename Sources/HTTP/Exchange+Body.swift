import CMicroHTTPD

extension Exchange {
    /// The library's own response, with a body that it copies or asks for.
    func makeHandle(_ response: Response) -> OpaquePointer? {
        guard response.stream == nil else { return makeStream() }
        return response.body.withUnsafeBytes {
            // The library copies the bytes before it returns; the pointer is mutable in its declaration alone.
            MHD_create_response_from_buffer(
                $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
        }
    }

    private func makeStream() -> OpaquePointer? {
        let context = Unmanaged.passRetained(self)
        let handle = cmhd_create_stream(
            { context, _, buffer, count in
                guard let context, let buffer else { return cmhd_broken_stream }
                return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                    .read(UnsafeMutableRawBufferPointer(start: buffer, count: count))
            }, context.toOpaque(),
            { context in
                guard let context else { return }
                Unmanaged<Exchange>.fromOpaque(context).release()
            })
        guard let handle else {
            context.release()
            return nil
        }
        if head.method == "HEAD" { cmhd_forbid_chunks(handle) }
        return handle
    }

    /// Called when everything so far is in the kernel's hands.
    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch outflow.take(into: buffer) {
        case .bytes(let count): return count
        case .end(let isWhole): return isWhole ? cmhd_end_of_stream : cmhd_broken_stream
        case .nothing:
            // Without the suspension the library would ask again at once, and again.
            suspend()
            outflow.want()
            return 0
        }
    }
}
