/// The open streams of one side, by identifier.
///
/// New identifiers are higher than old ones (RFC 9113 §5.1.1), so a list stays sorted by appending to it. A connection has a hundred streams at most,
/// and among so few a binary search is faster than a hash.
struct StreamTable<Stream> {
    private struct Entry {
        let id: Int32
        let stream: Stream
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    var all: some Sequence<Stream> { entries.lazy.map(\.stream) }

    subscript(_ id: Int32) -> Stream? {
        let position = position(of: id)
        return position < entries.count && entries[position].id == id ? entries[position].stream : nil
    }

    func firstID(where isWanted: (Stream) -> Bool) -> Int32? { entries.first { isWanted($0.stream) }?.id }

    var first: Stream? { entries.first?.stream }

    /// - Returns: what was removed.
    @discardableResult
    mutating func removeAll() -> [(id: Int32, stream: Stream)] {
        defer { entries = [] }
        return entries.map { ($0.id, $0.stream) }
    }

    mutating func add(_ stream: Stream, _ id: Int32) {
        entries.insert(Entry(id: id, stream: stream), at: position(of: id))
    }

    @discardableResult
    mutating func remove(_ id: Int32) -> Stream? {
        let position = position(of: id)
        guard position < entries.count, entries[position].id == id else { return nil }
        return entries.remove(at: position).stream
    }

    /// The position of the first identifier that is not lower than `id`.
    private func position(of id: Int32) -> Int {
        var (low, high) = (0, entries.count)
        if let last = entries.last, last.id < id { return high }
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
