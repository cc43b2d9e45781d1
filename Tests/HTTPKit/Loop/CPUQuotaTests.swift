import Foundation
import Testing

@testable import HTTPKit

/// Shares of CPU time, as the kernel writes them down.
@Suite struct CPUQuotaTests {
    /// A tree of groups with these limits, and the process in one of them.
    private func cores(in group: String, _ limits: [String: String]) throws -> Int? {
        let root = FileManager.default.temporaryDirectory.appending(path: "cgroup-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, limit) in limits {
            let folder = root.appending(path: "tree\(path)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("\(limit)\n".utf8).write(to: folder.appending(path: "cpu.max"))
        }
        let membership = root.appending(path: "membership")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try Data("\(group)\n".utf8).write(to: membership)
        return CPUQuota.cores(membership: membership.path, root: root.appending(path: "tree").path)
    }

    @Test(arguments: [
        ("200000 100000", 2), ("150000 100000", 2), ("100001 100000", 2), ("100000 100000", 1), ("5000 100000", 1), ("1600000 100000", 16),
        ("50000 10000", 5),
    ])
    func `a share comes to so many cores, rounded up`(_ limit: String, _ expected: Int) throws {
        #expect(try cores(in: "0::/", ["/": limit]) == expected)
    }

    @Test func `the tightest of the groups around the process holds`() throws {
        let limits = ["/": "max 100000", "/pod": "300000 100000", "/pod/service": "400000 100000", "/other": "100000 100000"]
        #expect(try cores(in: "12:cpuset:/x\n0::/pod/service", limits) == 3)
        #expect(try cores(in: "0::/pod", limits) == 3)
        #expect(try cores(in: "0::/other", limits) == 1)
    }

    @Test(arguments: ["max 100000", "", "max", "100000", "0 100000", "-1 100000", "100000 0", "many 100000", "1 2 3", "99999999999999999999 1"])
    func `what sets no bound, or makes no sense, bounds nothing`(_ limit: String) throws {
        #expect(try cores(in: "0::/", ["/": limit]) == nil)
    }

    @Test func `without groups of version 2 nothing is bounded`() throws {
        #expect(try cores(in: "1:cpu:/", ["/": "100000 100000"]) == nil)
        #expect(try cores(in: "0::/gone", [:]) == nil)
        #expect(CPUQuota.cores(membership: "/nonexistent/cgroup") == nil)
    }
}
