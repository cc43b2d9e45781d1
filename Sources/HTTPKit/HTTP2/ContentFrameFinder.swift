/// Finds where DATA frames begin in the bytes of a connection (RFC 9113 §4.1).
///
/// nghttp2 drops a DATA frame of a stream that it has forgotten before any callback, and every frame of a type that RFC 9113 §6 does not define, so
/// that its owner could not count such frames. Nothing else is read here: framing is nghttp2's.
struct ContentFrameFinder {
    struct Found {
        /// The position of the frame's header in the bytes that were passed in; zero where the header began in earlier bytes.
        let start: Int
        let stream: Int32
        let length: Int
    }

    /// Octets that are no header of a frame: of the preface, or of a frame's payload.
    private var skip: Int
    /// The octets of a header that is not whole yet, as a number, and how many they are.
    private var head: UInt64 = 0
    private var headCount = 0
    /// The last four octets of a header, which hold the stream.
    private var stream: UInt32 = 0

    /// Frames of types that RFC 9113 does not define, such as PRIORITY_UPDATE, since they were last asked for.
    private var extensionFrames = 0

    private static let headBytes = 9
    /// CONTINUATION (RFC 9113 §6.10).
    private static let highestType: UInt64 = 9

    /// - Parameter prefaceBytes: what comes before the first frame.
    init(prefaceBytes: Int) { skip = prefaceBytes }

    /// The next DATA frame whose header ends at or after `position`, which moves behind that header; nil where there is none, and all was read.
    mutating func next(in bytes: UnsafeRawBufferPointer, from position: inout Int) -> Found? {
        while position < bytes.count {
            guard skip == 0 else {
                let step = min(skip, bytes.count - position)
                skip -= step
                position += step
                continue
            }
            if headCount == 0, bytes.count - position >= ContentFrameFinder.headBytes {
                // Nearly every header is whole: it is read at once. The byte between the two numbers holds the flags.
                head = UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))) << 8
                stream = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position + 5, as: UInt32.self))
                position += ContentFrameFinder.headBytes
            } else {
                guard takeHeader(of: bytes, from: &position) else { return nil }
            }
            let found = Found(
                start: max(0, position - ContentFrameFinder.headBytes), stream: Int32(truncatingIfNeeded: stream & 0x7fff_ffff),
                length: Int(head >> 16 & 0xff_ffff))
            let type = head >> 8 & 0xff
            skip = found.length
            (head, stream, headCount) = (0, 0, 0)
            if type == 0 { return found }
            if type > ContentFrameFinder.highestType { extensionFrames &+= 1 }
        }
        return nil
    }

    /// How many frames have come since the last call that nghttp2 drops because of their type.
    mutating func takeExtensionFrames() -> Int {
        guard extensionFrames > 0 else { return 0 }
        defer { extensionFrames = 0 }
        return extensionFrames
    }

    /// Takes the octets of a header that may be split over several reads.
    /// - Returns: whether the header is whole.
    private mutating func takeHeader(of bytes: UnsafeRawBufferPointer, from position: inout Int) -> Bool {
        while headCount < ContentFrameFinder.headBytes, position < bytes.count {
            if headCount < 5 { head = head << 8 | UInt64(bytes[position]) } else { stream = stream << 8 | UInt32(bytes[position]) }
            headCount += 1
            position += 1
        }
        return headCount == ContentFrameFinder.headBytes
    }
}
