import Glibc

enum Memory {
    /// Of this process, in bytes (proc(5), `VmRSS`).
    static var resident: Int { figure("VmRSS:") }

    /// The most it has been since `forgetPeak`, however short the moment (`VmHWM`).
    static var peak: Int { figure("VmHWM:") }

    static func forgetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    /// Whether a sanitizer is part of this process.
    static var isWatched: Bool { dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil }

    private static func figure(_ name: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.utf8.starts(with: name.utf8) else { continue }
            return (text.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
        }
        return 0
    }
}
