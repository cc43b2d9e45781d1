internal import Base
internal import Glibc

extension Metrics {
    /// Adds the process metrics that every Prometheus client library has, and the version of the program.
    func addProcess(identity: ServiceIdentity) {
        let started = Double(Timestamp.now().microsecondsSince1970) / 1e6
        gauge("process_start_time_seconds", help: "When the process began, in seconds since 1970.") { started }
        readCounter("process_cpu_seconds_total", help: "Processor time used.") { ProcessUsage.cpuSeconds }
        gauge("process_resident_memory_bytes", help: "Memory in RAM.") { ProcessUsage.memoryBytes(field: 1) }
        gauge("process_virtual_memory_bytes", help: "Memory mapped.") { ProcessUsage.memoryBytes(field: 0) }
        gauge("process_open_fds", help: "Open descriptors.") { ProcessUsage.openDescriptors }
        gauge("process_max_fds", help: "Descriptors the process may open.") { ProcessUsage.descriptorsMax }
        gauge(
            "mc_build_info", help: "Always 1; the labels tell the program and its version.",
            labels: [("service", identity.name), ("version", ProgramVersion.number), ("swift", ProgramVersion.compiler)]
        ) { 1 }
    }

    /// Adds how many log lines are missing, and why.
    func addLog(_ log: LogWriter) {
        readCounter(
            "mc_log_lines_dropped_total",
            help: "Log lines that were lost because standard error was read too slowly or could not be written."
        ) { Double(log.droppedCount) }
        readCounter("mc_log_lines_left_out_total", help: "Log lines that were not written because there were too many of their kind.") {
            Double(log.leftOutCount)
        }
    }
}

private enum ProcessUsage {
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A field of /proc/self/statm in bytes; the file counts pages.
    static func memoryBytes(field: Int) -> Double {
        guard let line = try? SmallFile.read("/proc/self/statm", bytesMax: 4_096) else { return 0 }
        let fields = line.split(separator: UInt8(ascii: " "))
        guard field < fields.count, let pages = Double(String(decoding: fields[field], as: UTF8.self)) else { return 0 }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    static var openDescriptors: Double {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while count < ServiceLimits.descriptorsCountedMax, readdir(folder) != nil { count += 1 }
        // Not counted: `.`, `..` and the descriptor of the folder itself.
        return Double(max(0, count - 3))
    }

    static var descriptorsMax: Double {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Double(limit.rlim_cur)
    }
}
