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

    /// The fields of an answer and nothing else.
    mutating func set(_ status: Status, _ fields: Fields, date: [UInt8], contentLength: Int?) {
        removeAll()
        append(":status", decimal: status.code)
        append(fields)
        append("date", date)
        if let contentLength { append("content-length", decimal: contentLength) }
    }

    mutating func append(_ name: StaticString, _ value: [UInt8]) { value.withUnsafeBytes { append(name, $0) } }

    mutating func append(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { append(name, ByteView($0)) }
    }

    mutating func append(_ name: StaticString, _ value: ByteView) {
        let start = bytes.count
        bytes.append(name)
        endEntry(start, value)
    }

    mutating func append(_ name: StaticString, decimal: Int) {
        let start = bytes.count
        bytes.append(name)
        let middle = bytes.count
        MessageWriter.appendDecimal(decimal, to: &bytes)
        entries.append(Entry(name: start..<middle, value: middle..<bytes.count))
    }

    /// Those fields that HTTP/2 has; names in lower case (RFC 9113 §8.2).
    mutating func append(_ fields: Fields) {
        fields.forEachView { name, value in
            guard !HeaderBlock.isOfConnection(name) else { return }
            let start = bytes.count
            bytes.append(countMax: name.count) { output in
                for byte in name { output.append(ASCII.lowercased(byte)) }
            }
            endEntry(start, value)
        }
    }

    private mutating func endEntry(_ start: Int, _ value: ByteView) {
        let middle = bytes.count
        bytes.append(contentsOf: value)
        entries.append(Entry(name: start..<middle, value: middle..<bytes.count))
    }

    /// RFC 9113 §8.2.2: they say something of an HTTP/1.1 connection.
    private static func isOfConnection(_ name: ByteView) -> Bool {
        switch name.count {
        case 4: name.equalsIgnoringCase("host")
        case 7: name.equalsIgnoringCase("upgrade")
        case 10: name.equalsIgnoringCase("connection") || name.equalsIgnoringCase("keep-alive")
        case 16: name.equalsIgnoringCase("proxy-connection")
        case 17: name.equalsIgnoringCase("transfer-encoding")
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
