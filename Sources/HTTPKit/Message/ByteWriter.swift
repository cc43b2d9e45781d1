internal import Base
internal import Glibc

/// Writes bytes one after the other into room that was made for them.
struct ByteWriter {
    // Safety: lent for the call that fills it; each write is held against its end.
    let room: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(room: UnsafeMutableBufferPointer<UInt8>) { self.room = room }

    @inline(__always) mutating func append(_ byte: UInt8) {
        precondition(count < room.count, "room was made for it")
        room[count] = byte
        count += 1
    }

    @inline(__always) mutating func append(_ text: StaticString) { append(text.view) }

    @inline(__always) mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    @inline(__always) mutating func append(_ bytes: ByteView) {
        precondition(bytes.count <= room.count - count, "room was made for it")
        if let to = room.baseAddress, let from = bytes.baseAddress { memcpy(to + count, from, bytes.count) }
        count += bytes.count
    }

    /// - Parameter number: not negative.
    mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}
