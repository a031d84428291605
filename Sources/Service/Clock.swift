import Glibc

/// The time of day.
enum Clock {
    /// Unix time in milliseconds.
    static var milliseconds: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Unix time in seconds.
    static var seconds: Int { Int(milliseconds / 1000) }
}
