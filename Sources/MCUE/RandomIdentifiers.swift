internal import Base

/// Makes identifiers that must be unique or unpredictable: Call-ID, tags, branches, cnonce and traces.
struct RandomIdentifiers: Sendable {
    /// Returns another evenly distributed value at each call.
    let random: @Sendable () -> UInt64

    static let system = RandomIdentifiers { UInt64.random(in: .min ... .max) }

    /// 16 hexadecimal digits as ASCII bytes.
    func short() -> [UInt8] { Array(hex(random()).utf8) }

    /// 32 hexadecimal digits, never all zero.
    func trace() -> String { hex(random()) + hex(random() | 1) }

    private func hex(_ value: UInt64) -> String {
        Hex.encode(stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) })
    }
}
