internal import Base

/// Decodes the chunked transfer coding (RFC 9112 §7.1). Chunk extensions are refused; trailer fields are checked and dropped.
struct ChunkedDecoder {
    private enum State {
        case size(digits: Int, value: Int)
        case extensions(ChunkExtensions, value: Int)
        case sizeLineFeed(value: Int)
        case content(left: Int)
        case contentEnd(sawReturn: Bool)
        case trailer
        case done
    }

    private static let sizeDigitsMax = 8
    private var state = State.size(digits: 0, value: 0)
    private var trailerLine: [UInt8] = []
    private var trailerBytes = 0
    /// Of all chunks.
    private var extensionBytes = 0
    private let trailerBytesMax: Int
    private let contentBytesMax: Int

    init(contentBytesMax: Int, trailerBytesMax: Int) {
        self.contentBytesMax = contentBytesMax
        self.trailerBytesMax = trailerBytesMax
    }

    var isDone: Bool { if case .done = state { true } else { false } }

    /// Decodes bytes and appends their content to `body`.
    /// - Returns: how many bytes were decoded; all of them unless the coding has ended.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, into body: inout [UInt8]) throws(Refusal) -> Int {
        var position = 0
        while position < bytes.count, !isDone {
            if case .content(let left) = state {
                let taken = min(left, bytes.count - position)
                body.append(contentsOf: bytes[position..<position + taken])
                position += taken
                state = taken == left ? .contentEnd(sawReturn: false) : .content(left: left - taken)
            } else {
                try step(bytes[position], contentCount: body.count)
                position += 1
            }
        }
        return position
    }

    private mutating func step(_ byte: UInt8, contentCount: Int) throws(Refusal) {
        switch state {
        case .size(let digits, let value):
            if byte == ASCII.carriageReturn, digits > 0 {
                state = .sizeLineFeed(value: value)
            } else if let digit = Hex.value(of: byte), digits < ChunkedDecoder.sizeDigitsMax {
                state = .size(digits: digits + 1, value: value << 4 | Int(digit))
            } else if digits > 0, byte == UInt8(ascii: ";") || ASCII.isBlank(byte) {
                try stepExtensions(ChunkExtensions(), byte, value)
            } else {
                throw .malformed("a chunk's size is malformed")
            }
        case .extensions(let extensions, let value):
            try stepExtensions(extensions, byte, value)
        case .sizeLineFeed(let value):
            guard byte == ASCII.lineFeed else { throw .malformed("a chunk's size is not followed by CRLF") }
            guard value <= contentBytesMax - contentCount else { throw Refusal(.contentTooLarge, "the body is too large") }
            state = value == 0 ? .trailer : .content(left: value)
        case .contentEnd(let sawReturn):
            guard byte == (sawReturn ? ASCII.lineFeed : ASCII.carriageReturn) else { throw .malformed("a chunk is not followed by CRLF") }
            state = sawReturn ? .size(digits: 0, value: 0) : .contentEnd(sawReturn: true)
        case .trailer:
            try stepTrailer(byte)
        case .content, .done:
            break
        }
    }

    private mutating func stepExtensions(_ begun: ChunkExtensions, _ byte: UInt8, _ value: Int) throws(Refusal) {
        extensionBytes += 1
        guard extensionBytes <= HTTP1Limits.chunkExtensionBytesMax else { throw Refusal(.contentTooLarge, "the chunk extensions are too large") }
        var extensions = begun
        let isOver = try extensions.take(byte)
        state = isOver ? .sizeLineFeed(value: value) : .extensions(extensions, value: value)
    }

    private mutating func stepTrailer(_ byte: UInt8) throws(Refusal) {
        trailerBytes += 1
        guard trailerBytes <= trailerBytesMax else { throw Refusal(.headerFieldsTooLarge, "the trailer fields are too large") }
        guard byte == ASCII.lineFeed else {
            trailerLine.append(byte)
            return
        }
        guard trailerLine.popLast() == ASCII.carriageReturn else { throw .malformed("a line ends with a bare LF") }
        let field = trailerLine
        trailerLine = []
        guard !field.isEmpty else {
            state = .done
            return
        }
        _ = try field.withUnsafeBufferPointer { field throws(Refusal) in try FieldLines.split(ByteView(field), 0..<field.count) }
    }
}
