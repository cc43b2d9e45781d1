internal import Base

/// A message's content on its way out, which a session takes piece by piece.
struct OutgoingContent {
    private let bytes: [UInt8]
    private var start = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Bytes that have not been taken yet.
    var count: Int { bytes.count - start }

    /// Takes the next of it, as much as there is room for.
    mutating func take(into room: UnsafeMutableBufferPointer<UInt8>) -> (count: Int, isLast: Bool) {
        let next = start..<start + min(room.count, count)
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(room).copyMemory(from: $0.view(next)) }
        start = next.upperBound
        return (next.count, start == bytes.count)
    }
}
