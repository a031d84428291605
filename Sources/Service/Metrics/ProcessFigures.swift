import Glibc

/// What the process takes of the machine, under the names that all Prometheus clients use
/// (prometheus/docs, content/docs/instrumenting/writing_clientlibs.md, "Process metrics").
struct ProcessFigures {
    /// Unix time in seconds.
    let startTime: Double

    func write(to exposition: inout Exposition) {
        exposition.add(
            "process_start_time_seconds", .gauge, "When the server started, in Unix time.", startTime)
        exposition.add("process_cpu_seconds_total", .counter, "Processor time taken.", Self.processorSeconds)
        if let bytes = Self.residentBytes {
            exposition.add("process_resident_memory_bytes", .gauge, "Resident memory.", bytes)
        }
        if let count = Folder.names(at: "/proc/self/fd")?.count {
            // The folder itself is open while it is read.
            exposition.add("process_open_fds", .gauge, "Open file descriptors.", Double(count - 1))
        }
    }

    private static var processorSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The second number of `/proc/self/statm`, in pages (proc(5)).
    private static var residentBytes: Double? {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let numbers = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = Double(numbers[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
