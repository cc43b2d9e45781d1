import Testing

@testable import HTTPKit

@Suite struct ContentFrameFinderTests {
    private static let stream =
        Frame.preface + Frame.settings().bytes + Frame.headers(1, HPACK.request("POST", "/echo"), endsStream: false).bytes
        + Frame.data(1, Array(repeating: 0, count: 300)).bytes + Frame.ping().bytes + Frame.data(0x7fff_ffff, []).bytes

    /// What is found where the bytes come in pieces of so many, as places in the whole.
    private static func found(_ pieceBytes: Int) -> [[Int]] {
        var finder = ContentFrameFinder(prefaceBytes: Frame.preface.count)
        var found: [[Int]] = []
        for start in Swift.stride(from: 0, to: stream.count, by: pieceBytes) {
            Array(stream[start..<min(start + pieceBytes, stream.count)]).withUnsafeBytes { bytes in
                var position = 0
                while let frame = finder.next(in: bytes, from: &position) { found.append([start + position, Int(frame.stream), frame.length]) }
            }
        }
        return found
    }

    @Test(arguments: [1, 2, 5, 8, 9, 10, 33, 100, 10_000]) func `frames of types beyond CONTINUATION are counted, however the bytes are cut`(
        _ pieceBytes: Int
    ) {
        let bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 0xfe, 255].flatMap { Frame($0, stream: 1, [10, 20, 30]).bytes }
        var finder = ContentFrameFinder(prefaceBytes: 0)
        var count = 0
        for start in Swift.stride(from: 0, to: bytes.count, by: pieceBytes) {
            Array(bytes[start..<min(start + pieceBytes, bytes.count)]).withUnsafeBytes { piece in
                var position = 0
                while finder.next(in: piece, from: &position) != nil {}
            }
            count += finder.takeExtensionFrames()
        }
        #expect(count == 5)
        count = finder.takeExtensionFrames()
        #expect(count == 0)
    }

    @Test(arguments: [1, 2, 5, 8, 9, 10, 33, 100, 10_000]) func `every DATA frame is found, however the bytes are cut`(_ pieceBytes: Int) {
        let first = Self.stream.count - 9 - 17 - 300
        #expect(Self.found(pieceBytes) == [[first, 1, 300], [Self.stream.count, 0x7fff_ffff, 0]])
    }
}
