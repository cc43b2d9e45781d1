internal import Base
internal import CNGHTTP2

/// A list of header fields for nghttp2, which copies it. It is used for one message after the other, so it allocates nothing.
final class HeaderBlock {
    // Safety: this object alone owns both pieces of memory. Only `begin` replaces them, when nothing points into them yet. The entries of the list
    // point into `bytes` or to static strings.
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: HeaderBlock.usualBytes, alignment: 16)
    private var list = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: HeaderBlock.usualCount)
    private var byteCount = 0
    private var count = 0
    private var requestCount = 0

    private static let usualBytes = 1_024
    private static let usualCount = 16
    private static let decimalBytesMax = 20
    private static let requestsPerRefresh = 256

    deinit {
        bytes.deallocate()
        list.deallocate()
    }

    /// Replaces the list by the fields of an answer.
    func set(_ status: Status, _ fields: Fields, date: [UInt8], contentLength: Int?) {
        begin(bytesMax: fields.lines.count + date.count + 2 * HeaderBlock.decimalBytesMax, countMax: fields.count + 3)
        append(":status", decimal: status.code)
        append(fields)
        date.withUnsafeBytes { append("date", $0) }
        if let contentLength { append("content-length", decimal: contentLength) }
    }

    /// Replaces the list by the fields of a request.
    func set(_ request: ClientRequest, host: String, scheme: StaticString, contentLength: Int?) {
        begin(
            bytesMax: request.fields.lines.count + request.target.count + host.utf8.count + 2 * HeaderBlock.decimalBytesMax,
            countMax: request.fields.count + 5)
        append(":method", request.method.name.view)
        append(":scheme", scheme.view)
        var host = host
        host.withUTF8 { append(":authority", ByteView($0)) }
        request.target.withUnsafeBytes { append(":path", $0) }
        append(request.fields, remembersFresh: requestCount.isMultiple(of: HeaderBlock.requestsPerRefresh))
        requestCount &+= 1
        if let contentLength { append("content-length", decimal: contentLength) }
    }

    func setContinue() {
        begin(bytesMax: HeaderBlock.decimalBytesMax, countMax: 1)
        append(":status", decimal: 100)
    }

    /// Lends the list to a function of nghttp2, which copies names and values before it returns unless the NO_COPY flags are set.
    func withList<Result>(_ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result) -> Result { body(UnsafePointer(list.baseAddress), count) }

    private func begin(bytesMax: Int, countMax: Int) {
        (byteCount, count) = (0, 0)
        if bytes.count < bytesMax {
            bytes.deallocate()
            bytes = .allocate(byteCount: bytesMax, alignment: 16)
        }
        if list.count < countMax {
            list.deallocate()
            list = .allocate(capacity: countMax)
        }
    }

    private func append(_ name: StaticString, _ value: ByteView) { append(name.view, ByteView(keep(value))) }

    private func append(_ name: StaticString, decimal: Int) {
        // Safety: room was made for it, and what lies there are bytes.
        var writer = ByteWriter(room: UnsafeMutableRawBufferPointer(rebasing: bytes[byteCount...]).bindMemory(to: UInt8.self))
        writer.append(decimal: decimal)
        let value = ByteView(rebasing: bytes[byteCount..<byteCount + writer.count])
        byteCount += writer.count
        append(name.view, value)
    }

    /// Adds the fields that HTTP/2 allows, with names in lower case (RFC 9113 §8.2).
    ///
    /// A value that differs in every message is kept out of the peer's table, where it would displace values that recur (RFC 7541 §6.2.3). Once in a
    /// while it is put there, so that later messages can refer to its name.
    private func append(_ fields: Fields, remembersFresh: Bool = false) {
        fields.forEachView { name, value, isFresh in
            guard !HeaderBlock.isOfConnection(name) else { return }
            let name = keep(name)
            for position in 0..<name.count { name[position] = ASCII.lowercased(name[position]) }
            append(ByteView(name), ByteView(keep(value)), isFresh && !remembersFresh ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE)
        }
    }

    private func keep(_ text: ByteView) -> UnsafeMutableRawBufferPointer {
        precondition(text.count <= bytes.count - byteCount, "room was made for it")
        let kept = UnsafeMutableRawBufferPointer(rebasing: bytes[byteCount..<byteCount + text.count])
        kept.copyMemory(from: text)
        byteCount += text.count
        return kept
    }

    private func append(_ name: ByteView, _ value: ByteView, _ flag: nghttp2_nv_flag = NGHTTP2_NV_FLAG_NONE) {
        precondition(count < list.count, "room was made for it")
        // Safety: nghttp2 changes neither the name nor the value.
        let name = (start: UnsafeMutableRawPointer(mutating: name.baseAddress)?.assumingMemoryBound(to: UInt8.self), count: name.count)
        let value = (start: UnsafeMutableRawPointer(mutating: value.baseAddress)?.assumingMemoryBound(to: UInt8.self), count: value.count)
        list.initializeElement(
            at: count, to: nghttp2_nv(name: name.start, value: value.start, namelen: name.count, valuelen: value.count, flags: UInt8(flag.rawValue)))
        count += 1
    }

    /// Whether a field concerns a connection of HTTP/1.1 (RFC 9113 §8.2.2), or is `host`, which `:authority` replaces.
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
}
