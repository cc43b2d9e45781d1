internal import CNGHTTP2

/// A list of header fields on its way to nghttp2, which copies it: reused from message to message, so it allocates nothing.
struct HeaderBlock {
    private struct Entry {
        let name: Range<Int>
        let value: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    mutating func append(_ name: StaticString, _ value: some Collection<UInt8>) {
        let start = bytes.count
        // Safety: a static string's bytes live as long as the process.
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        endEntry(start, value)
    }

    mutating func append(_ name: StaticString, decimal: Int) {
        let start = bytes.count
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        let middle = bytes.count
        MessageWriter.appendDecimal(decimal, to: &bytes)
        entries.append(Entry(name: start..<middle, value: middle..<bytes.count))
    }

    /// Those fields that HTTP/2 has; names in lower case (RFC 9113 §8.2).
    mutating func append(_ fields: Fields) {
        fields.forEachBuffer { name, value in
            guard !HeaderBlock.isOfConnection(name) else { return }
            let start = bytes.count
            for byte in name { bytes.append(ASCII.lowercased(byte)) }
            endEntry(start, value)
        }
    }

    private mutating func endEntry(_ start: Int, _ value: some Collection<UInt8>) {
        let middle = bytes.count
        bytes.append(contentsOf: value)
        entries.append(Entry(name: start..<middle, value: middle..<bytes.count))
    }

    /// RFC 9113 §8.2.2: they say something of an HTTP/1.1 connection.
    private static func isOfConnection(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.count {
        case 4: name.elementsEqual("host".utf8, by: ASCII.equalIgnoringCase)
        case 7: name.elementsEqual("upgrade".utf8, by: ASCII.equalIgnoringCase)
        case 10:
            name.elementsEqual("connection".utf8, by: ASCII.equalIgnoringCase) || name.elementsEqual("keep-alive".utf8, by: ASCII.equalIgnoringCase)
        case 16: name.elementsEqual("proxy-connection".utf8, by: ASCII.equalIgnoringCase)
        case 17: name.elementsEqual("transfer-encoding".utf8, by: ASCII.equalIgnoringCase)
        default: false
        }
    }

    /// Lends the list in nghttp2's shape for the call.
    func withList<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: max(entries.count, 1)) { list in
                // Safety: nghttp2 reads names and values and changes neither; without NO_COPY flags it copies them before it returns.
                guard let base = UnsafeMutablePointer(mutating: bytes.baseAddress) else { return body(nil, 0) }
                for (position, entry) in entries.enumerated() {
                    list.initializeElement(
                        at: position,
                        to: nghttp2_nv(
                            name: base + entry.name.lowerBound, value: base + entry.value.lowerBound, namelen: entry.name.count,
                            valuelen: entry.value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
                }
                return body(list.baseAddress, entries.count)
            }
        }
    }
}
