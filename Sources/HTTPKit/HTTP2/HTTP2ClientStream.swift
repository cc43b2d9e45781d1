/// A stream of a client: a request that is sent and its response. The memory serves one stream after the other.
struct HTTP2ClientStream: ReusableStream {
    private(set) var id: Int32 = 0
    var request = OutgoingContent()
    var status = 0
    var interimResponses = 0
    /// Whether the final response's header fields have all come: what comes after them are trailer fields (RFC 9110 §15.2).
    var hasWholeHead = false
    /// Whether the server has sent the end of its response.
    var hasEnded = false
    var fields = Fields()
    var fieldCount = 0
    /// The size of the fields as RFC 9113 §6.5.2 counts it: names, values, and 32 for each field.
    var fieldBytes = 0
    var body: [UInt8] = []
    /// Why there will be no response.
    var loss: HTTP2ClientSession.Loss?
    /// Whether nobody waits for the rest of the response.
    var isDone = false

    // Room for the fields of a usual response, so that they are not moved while they arrive.
    private static let usualFieldBytes = 160
    private static let usualFieldCount = 6

    mutating func begin(_ id: Int32, _ request: ClientRequest) {
        self.id = id
        self.request = OutgoingContent(request.body)
        (status, interimResponses, fieldCount, fieldBytes) = (0, 0, 0, 0)
        loss = nil
        (isDone, hasWholeHead, hasEnded) = (false, false, false)
        // This keeps the memory of the last response's fields, unless a caller still holds that response.
        fields.removeAll()
        fields.reserve(byteCount: HTTP2ClientStream.usualFieldBytes, count: HTTP2ClientStream.usualFieldCount)
    }

    /// Releases the request and the response. Small fields are kept until the next request, because the caller of this one still holds them: by then
    /// their memory can be used again.
    mutating func forget() {
        request = OutgoingContent()
        body = []
        if fields.lines.count > HTTP2Limits.spareBytesMax { fields = Fields() }
    }
}
