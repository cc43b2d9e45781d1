internal import Base

/// The content of a message, which a session sends piece by piece.
struct OutgoingContent {
    private let bytes: [UInt8]
    private var start = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// The number of bytes that have not been taken yet.
    var count: Int { bytes.count - start }

    /// Copies the next piece, as much as fits into `room`.
    mutating func take(into room: UnsafeMutableBufferPointer<UInt8>) -> (count: Int, isLast: Bool) {
        let next = start..<start + min(room.count, count)
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(room).copyMemory(from: $0.view(next)) }
        start = next.upperBound
        return (next.count, start == bytes.count)
    }
}
