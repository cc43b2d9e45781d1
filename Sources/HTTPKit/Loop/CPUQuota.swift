internal import Base

/// The share of the machine's time that control groups leave this process: `docker run --cpus`, `CPUQuota=` of systemd.
///
/// Source: https://docs.kernel.org/admin-guide/cgroup-v2.html (`cpu.max`).
enum CPUQuota {
    /// The list of the groups of a process has some kilobytes where containers are nested.
    private static let fileBytesMax = 65_536

    /// How many cores the share comes to, rounded up, 1 or more; nil where nothing bounds it or control groups of version 2 do not rule.
    ///
    /// - Parameters:
    ///   - membership: lists the groups of the process, in the kernel's form.
    ///   - root: where the tree of groups is mounted.
    static func cores(membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") -> Int? {
        guard let lines = text(membership)?.split(separator: "\n"), let own = lines.first(where: { $0.hasPrefix("0::/") }) else { return nil }
        var group = own.dropFirst("0::/".count).split(separator: "/")
        var least: Int?
        // The tightest of all the groups around this process holds.
        while true {
            let path = ([Substring(root)] + group + ["cpu.max"]).joined(separator: "/")
            if let cores = text(path).flatMap(cores) { least = min(least ?? cores, cores) }
            guard group.popLast() != nil else { return least }
        }
    }

    /// - Parameter limit: `max 100000`, or `150000 100000`: microseconds of running in each so many microseconds.
    private static func cores(_ limit: String) -> Int? {
        let numbers = limit.split(whereSeparator: \.isWhitespace).map { Int($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else { return nil }
        return (quota - 1) / period + 1
    }

    /// The text of a small file; nil where it cannot be read or is no UTF-8.
    private static func text(_ path: String) -> String? {
        guard let contents = try? SmallFile.read(path, bytesMax: fileBytesMax) else { return nil }
        return String(validating: contents, as: UTF8.self)
    }
}
