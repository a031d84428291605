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

    /// A Unix time as the digits of the year, month, day, hour, minute and second in UTC: `20261125223000`.
    static func stamp(milliseconds: Int64) -> String {
        var (seconds, parts) = (time_t(milliseconds / 1000), unsafe tm())
        unsafe gmtime_r(&seconds, &parts)
        let fields = unsafe [
            parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
        ]
        return fields.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
    }
}
