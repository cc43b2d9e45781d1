internal import CLinux
internal import Glibc

/// A connected or connecting stream socket on one loop, with or without TLS.
///
/// It reads into the loop's buffer, writes at once, and keeps only the bytes that the kernel does not take.
package final class StreamSocket: Pollable, TurnEnding {
    /// Retained until the stream closes, so the owner of a stream has to close it.
    package var delegate: (any StreamDelegate)?
    private let loop: EventLoop
    private let tls: TLSSession?
    private let descriptor: Int32
    private let unsentBytesMax: Int
    private var isConnecting: Bool
    private var isOpen = true
    private var readingIsPaused = false
    private var peerHasEnded = false
    /// Whether bytes that came before the peer's reset are still read after sending has failed. The kernel keeps them.
    var readsAfterSendFailure = false
    /// The error of sending, while such bytes are still read.
    private var sendFailure: SystemError?
    private var unsent: [UInt8] = []
    private var unsentStart = 0
    /// Bytes that the kernel has taken since the start, by which progress is watched.
    package private(set) var sentBytes = 0
    private var events: UInt32 = 0

    /// - Parameter descriptor: accepted, and owned by this object from now on.
    package convenience init(on loop: EventLoop, accepted descriptor: Int32, unsentBytesMax: Int) throws(SystemError) {
        try self.init(on: loop, accepted: descriptor, unsentBytesMax: unsentBytesMax, tls: nil)
    }

    init(on loop: EventLoop, accepted descriptor: Int32, unsentBytesMax: Int, tls: TLSSession?) throws(SystemError) {
        self.loop = loop
        self.tls = tls
        self.descriptor = descriptor
        self.unsentBytesMax = unsentBytesMax
        isConnecting = false
        Sockets.setNoDelay(descriptor)
        events = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        do throws(SystemError) { try loop.register(descriptor, events: events, owner: self) } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Begins to connect. `streamConnected` or `streamClosed` follows.
    package convenience init(on loop: EventLoop, connectingTo address: SocketAddress, unsentBytesMax: Int) throws(SystemError) {
        try self.init(on: loop, connectingTo: address, unsentBytesMax: unsentBytesMax, tls: nil)
    }

    init(on loop: EventLoop, connectingTo address: SocketAddress, unsentBytesMax: Int, tls: TLSSession?) throws(SystemError) {
        self.loop = loop
        self.tls = tls
        self.unsentBytesMax = unsentBytesMax
        isConnecting = true
        descriptor = try Sockets.stream(address.family)
        Sockets.setNoDelay(descriptor)
        let status = address.withSockaddr { connect(descriptor, $0, $1) }
        events = EPOLLOUT.rawValue
        do throws(SystemError) {
            guard status == 0 || errno == EINPROGRESS else { throw SystemError("connect \(address)") }
            try loop.register(descriptor, events: events, owner: self)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    package var peerAddress: SocketAddress? { Sockets.peerAddress(descriptor) }
    package var localAddress: SocketAddress? { Sockets.localAddress(descriptor) }
    package var hasUnsentBytes: Bool { unsentStart < unsent.count }
    var unsentByteCount: Int { unsent.count - unsentStart }
    package var isClosed: Bool { !isOpen }
    /// Whether nothing can be sent any more. `streamClosed` has been called or is called within this turn.
    var isBroken: Bool { !isOpen || sendFailure != nil }

    /// Whether TLS has agreed on this application protocol (RFC 7301).
    func hasAgreed(on name: String) -> Bool { tls?.hasAgreed(on: name) ?? false }
    var isSecured: Bool { tls != nil }
    /// The names in the peer's verified certificate.
    var peerNames: [String] { tls?.peerNames ?? [] }

    /// Stops and resumes reading. While it is stopped, the peer cannot send more than the kernel buffers.
    package var isReadingPaused: Bool {
        get { readingIsPaused }
        set {
            readingIsPaused = newValue
            updateEvents()
        }
    }

    /// Sends as many bytes as the kernel takes now, and the rest later.
    package func send(_ bytes: [UInt8]) {
        guard !isBroken else { return }
        guard let tls else { return sendRecords(bytes) }
        do throws(TLSError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(TLSError) in try tls.send(UnsafeRawBufferPointer(bytes)) }
        } catch { return close(.insecure(error)) }
        sendRecords(tls.takeOutput())
    }

    /// Sends bytes without encrypting them.
    private func sendRecords(_ bytes: [UInt8]) {
        guard !isBroken, !bytes.isEmpty else { return }
        if hasUnsentBytes || isConnecting {
            guard unsent.count - unsentStart + bytes.count <= unsentBytesMax else { return close(.unsentBytesExceeded) }
            if unsentStart > unsent.count / 2 { dropSent() }
            unsent.append(contentsOf: bytes)
            return
        }
        var sent = 0
        let failure = bytes.withUnsafeBytes { write($0, from: &sent) }
        if let failure { return sendingFailed(failure) }
        guard sent < bytes.count else { return }
        guard bytes.count - sent <= unsentBytesMax else { return close(.unsentBytesExceeded) }
        unsent = Array(bytes[sent...])
        unsentStart = 0
        updateEvents()
    }

    /// Removes sent bytes from the buffer. Without this it would grow without bound if the peer never reads all of it.
    private func dropSent() {
        unsent.removeFirst(unsentStart)
        unsentStart = 0
    }

    /// Whether the peer has closed the connection or sent bytes nobody has read. An idle connection in that state must not carry a request.
    package var isStale: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
    }

    /// Whether the peer has closed its side of a connection on which nothing was read yet, or has broken it.
    var hasPeerClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
    }

    /// Tells the peer that no more bytes follow, and keeps reading.
    package func endSending() {
        guard isOpen else { return }
        sendCloseNotify()
        Glibc.shutdown(descriptor, Int32(SHUT_WR))
    }

    package func close() {
        if isOpen, !peerHasEnded { sendCloseNotify() }
        close(.closedHere)
    }

    /// Sends the closing alert of TLS, by which the peer can tell this end from an end that an attacker made (RFC 8446 §6.1).
    private func sendCloseNotify() {
        guard let tls, !hasUnsentBytes else { return }
        tls.endSending()
        var sent = 0
        _ = tls.takeOutput().withUnsafeBytes { write($0, from: &sent) }
    }

    private func close(_ end: StreamEnd) {
        guard isOpen else { return }
        isOpen = false
        loop.remove(descriptor)
        unsent = []
        unsentStart = 0
        let delegate = delegate
        self.delegate = nil
        delegate?.streamClosed(end)
    }

    func ready(_ readiness: Readiness) {
        if isConnecting {
            let number = Sockets.pendingError(descriptor)
            guard number == 0 else { return close(.reset(SystemError("connect", number))) }
            guard readiness.canWrite else { return }
            isConnecting = false
            flush()
            updateEvents()
            guard isOpen else { return }
            if let tls { receive(UnsafeRawBufferPointer(start: nil, count: 0), through: tls) } else { delegate?.streamConnected() }
            return
        }
        if readiness.canWrite { flush() }
        if !isBroken, readiness.canRead || readiness.isBroken { receive(isBroken: readiness.isBroken) }
    }

    private func receive(isBroken: Bool) {
        if readingIsPaused || peerHasEnded {
            // Nothing is read at present, so only a broken connection matters.
            if isBroken { close(.reset(SystemError("recv", Sockets.pendingError(descriptor)))) }
            return
        }
        guard let base = loop.readBuffer.baseAddress else { return }
        let count = loop.calls.read(descriptor, base, loop.readBuffer.count)
        if count > 0 {
            take(UnsafeRawBufferPointer(rebasing: loop.readBuffer.prefix(count)))
        } else if count == 0 {
            if tls != nil { return close(.truncated) }
            endReceiving()
        } else if errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR {
            close(.reset(SystemError("recv")))
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        if let tls { receive(bytes, through: tls) } else { delegate?.streamReceived(bytes) }
    }

    /// Closes after a failed write. Where bytes are to be read first, this waits for the turn's end, because the caller of `send` does not expect to
    /// be called meanwhile.
    private func sendingFailed(_ failure: SystemError) {
        guard readsAfterSendFailure, !isBroken else { return close(.reset(failure)) }
        sendFailure = failure
        unsent = []
        unsentStart = 0
        loop.atTurnEnd(self)
    }

    func turnEnded() {
        guard let sendFailure else { return }
        readRest()
        close(.reset(sendFailure))
    }

    private func readRest() {
        guard let base = loop.readBuffer.baseAddress else { return }
        for _ in 0..<LoopLimits.readsBeforeCloseMax {
            guard isOpen, !readingIsPaused, !peerHasEnded else { return }
            let count = loop.calls.read(descriptor, base, loop.readBuffer.count)
            guard count > 0 else { return }
            take(UnsafeRawBufferPointer(rebasing: loop.readBuffer.prefix(count)))
        }
    }

    private func endReceiving() {
        peerHasEnded = true
        updateEvents()
        delegate?.streamEnded()
    }

    private func receive(_ records: UnsafeRawBufferPointer, through tls: TLSSession) {
        tls.feed(records)
        defer { tls.unfeed() }
        do throws(TLSError) {
            while isOpen, !peerHasEnded {
                let event = try tls.next(into: loop.contentBuffer)
                sendRecords(tls.takeOutput())
                guard isOpen else { return }
                switch event {
                case .needMore: return
                case .established: delegate?.streamConnected()
                case .content(let count): delegate?.streamReceived(UnsafeRawBufferPointer(rebasing: loop.contentBuffer.prefix(count)))
                case .ended: endReceiving()
                }
            }
        } catch {
            // This sends the alert with the reason. Unread bytes are dropped before the close: they would make the kernel send a reset, and the alert
            // would be lost.
            sendRecords(tls.takeOutput())
            if isOpen { drop() }
            close(.insecure(error))
        }
    }

    private func drop() {
        Glibc.shutdown(descriptor, Int32(SHUT_WR))
        guard let base = loop.readBuffer.baseAddress else { return }
        for _ in 0..<LoopLimits.dropsBeforeCloseMax where loop.calls.read(descriptor, base, loop.readBuffer.count) <= 0 { return }
    }

    private func flush() {
        guard hasUnsentBytes else { return updateEvents() }
        let failure = unsent.withUnsafeBytes { write($0, from: &unsentStart) }
        if let failure { return sendingFailed(failure) }
        guard !hasUnsentBytes else { return }
        unsent = []
        unsentStart = 0
        updateEvents()
        delegate?.streamDrained()
    }

    private func write(_ bytes: UnsafeRawBufferPointer, from start: inout Int) -> SystemError? {
        while start < bytes.count, let base = bytes.baseAddress {
            let count = loop.calls.write(descriptor, base + start, bytes.count - start)
            if count >= 0 {
                start += count
                sentBytes &+= count
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return nil
            } else if errno != EINTR {
                return SystemError("send")
            }
        }
        return nil
    }

    private func updateEvents() {
        guard isOpen, !isConnecting else { return }
        var wanted: UInt32 = readingIsPaused || peerHasEnded ? 0 : EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        if hasUnsentBytes { wanted |= EPOLLOUT.rawValue }
        guard wanted != events else { return }
        events = wanted
        try? loop.modify(descriptor, events: wanted)
    }
}
