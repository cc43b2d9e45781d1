import Glibc

enum Memory {
    /// Of this process, in bytes (proc(5), `VmRSS`).
    static var resident: Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.utf8.starts(with: "VmRSS:".utf8) else { continue }
            return (text.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
        }
        return 0
    }
}
