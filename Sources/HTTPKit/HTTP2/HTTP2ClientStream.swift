/// One request on its way out and its response on its way in; then the next one, with the same memory.
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
    /// As RFC 9113 §6.5.2 counts them: names, values and 32 for each.
    var fieldBytes = 0
    var body: [UInt8] = []
    /// Why there will be no response.
    var loss: HTTP2ClientSession.Loss?
    /// Nobody waits for more of it.
    var isDone = false

    // What most answers have, so that their fields are not moved while they come.
    private static let usualFieldBytes = 160
    private static let usualFieldCount = 6

    mutating func begin(_ id: Int32, _ request: ClientRequest) {
        self.id = id
        self.request = OutgoingContent(request.body)
        (status, interimResponses, fieldCount, fieldBytes) = (0, 0, 0, 0)
        loss = nil
        (isDone, hasWholeHead, hasEnded) = (false, false, false)
        // The memory of the last response's fields, unless somebody still has it.
        fields.removeAll()
        fields.reserve(byteCount: HTTP2ClientStream.usualFieldBytes, count: HTTP2ClientStream.usualFieldCount)
    }

    /// Lets go of what was said here. The fields stay for the next response, if they are not many: who waits for this one has them still.
    mutating func forget() {
        request = OutgoingContent()
        body = []
        if fields.lines.count > HTTP2Limits.spareBytesMax { fields = Fields() }
    }
}
