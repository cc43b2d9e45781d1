/// The ways one input is cut into what a socket may deliver.
///
/// The cuts follow from the input itself: whatever changes a byte of it moves them, and a saved input always has the same.
enum Pieces {
    /// Whole, in pieces of random sizes, and, where that is not too slow, byte by byte.
    static func ways(of input: [UInt8]) -> [[[UInt8]]] {
        var ways = [[input], random(input)]
        if input.count <= singlyBytesMax { ways.append(input.map { [$0] }) }
        return ways
    }

    private static let singlyBytesMax = 512

    /// Every piece is an array of its own, so that the address sanitiser sees a step beyond its end.
    private static func random(_ input: [UInt8]) -> [[UInt8]] {
        var state = input.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 40)
        }
        let sizeMax = [3, 16, 128, 1_024][next() % 4]
        var pieces: [[UInt8]] = []
        var rest = input[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + next() % sizeMax)
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
