internal import Base

/// Finds whole messages in a byte stream (TCP, TLS), whatever pieces the bytes come in.
///
/// It holds less than one message and the bytes of one `append`. After an error the stream is lost, because nobody knows where the
/// next message begins: `next` throws the same again, and the connection is to be closed after the response, if there is one.
///
/// Source: RFC 3261 §18.3 and §7.5, RFC 5626 §3.5.1.
package struct SIPStreamFramer: Sendable {
    package enum Event: Sendable, Equatable {
        /// The bytes of one message, for `SIPParser.parse(datagram:)`.
        case message([UInt8])
        /// A double CRLF between messages. The client expects one CRLF back (RFC 5626 §4.4.1).
        case ping
    }

    private var buffer: [UInt8] = []
    /// The index in `buffer` at which the next message begins.
    private var start = 0
    /// The index up to which the end of the head has been searched.
    private var searched = 0
    /// The length of the message from `start`, once its head is complete.
    private var messageBytes: Int?
    private var failure: SIPParseError?
    private let limits: SIPLimits

    package init(limits: SIPLimits = .standard) { self.limits = limits }

    /// The number of bytes that belong to no whole message yet.
    package var pendingBytes: Int { buffer.count - start }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        buffer.removeFirst(start)
        searched -= start
        start = 0
        buffer += bytes
    }

    /// The next message or ping; nil when more bytes are needed.
    /// - Throws: `.missingHeader` without a Content-Length, `.headTooLong`, `.messageTooLong`, or what is wrong with the head.
    package mutating func next() throws(SIPParseError) -> Event? {
        if let failure { throw failure }
        do {
            return try advance()
        } catch {
            failure = error
            buffer = []
            start = 0
            searched = 0
            throw error
        }
    }

    private mutating func advance() throws(SIPParseError) -> Event? {
        if messageBytes == nil {
            if let ping = skipLineEnds() { return ping }
            messageBytes = try readHead()
        }
        guard let messageBytes, pendingBytes >= messageBytes else { return nil }
        let message = Array(buffer[start..<(start + messageBytes)])
        move(by: messageBytes)
        self.messageBytes = nil
        return .message(message)
    }

    /// Reads line ends between messages: a double CRLF is a ping, a single one the answer to a ping.
    private mutating func skipLineEnds() -> Event? {
        while pendingBytes >= 2, buffer[start] == ASCII.carriageReturn, buffer[start + 1] == ASCII.lineFeed {
            let after = buffer[(start + 2)...].prefix(2)
            if after.elementsEqual([ASCII.carriageReturn, ASCII.lineFeed]) {
                move(by: 4)
                return .ping
            }
            // There are not enough bytes to tell one from the other.
            if after.isEmpty || after.elementsEqual([ASCII.carriageReturn]) { return nil }
            move(by: 2)
        }
        return nil
    }

    private mutating func move(by count: Int) {
        start += count
        searched = start
    }

    /// - Returns: the length of the message that begins at `start`; nil while its head is not complete.
    private mutating func readHead() throws(SIPParseError) -> Int? {
        guard pendingBytes > 0, buffer[start] != ASCII.carriageReturn || pendingBytes > 2 else { return nil }
        guard let end = endOfHead() else {
            guard pendingBytes <= limits.headBytesMax else {
                throw SIPParseError(.headTooLong, "longer than \(limits.headBytesMax) bytes", at: .message(offset: limits.headBytesMax))
            }
            return nil
        }
        let head = SIPHead(buffer[start..<end], limits: limits)
        do {
            return try bytes(of: head, headBytes: end - start)
        } catch {
            var error = error
            error.answerable = head.answerable
            throw error
        }
    }

    private func bytes(of head: SIPHead, headBytes: Int) throws(SIPParseError) -> Int {
        if let fault = head.fault { throw fault }
        guard let bodyBytes = try head.headers.contentLength() else {
            throw SIPParseError(.missingHeader, "a stream needs it to find the next message", at: .header(.contentLength, offset: 0))
        }
        guard bodyBytes <= limits.messageBytesMax - headBytes else {
            throw SIPParseError(.messageTooLong, "longer than \(limits.messageBytesMax) bytes", at: .header(.contentLength, offset: 0))
        }
        return headBytes + bodyBytes
    }

    /// The index after the first empty line. Each byte is searched once.
    private mutating func endOfHead() -> Int? {
        let limit = min(buffer.count, start + limits.headBytesMax + 1)
        var index = max(start, searched - 3)
        while index + 3 < limit {
            if buffer[index] == ASCII.carriageReturn, buffer[index + 1] == ASCII.lineFeed,
                buffer[index + 2] == ASCII.carriageReturn, buffer[index + 3] == ASCII.lineFeed
            {
                return index + 4
            }
            index += 1
        }
        searched = limit
        return nil
    }
}
