internal import CLinux
internal import Glibc

/// A connected (or connecting) stream socket on one loop: reads into the loop's buffer, writes at once, keeps only what the kernel would not take.
package final class StreamSocket: Pollable, TurnEnding {
    /// Held until the stream closes: whoever has a stream closes it.
    package var delegate: (any StreamDelegate)?
    private let loop: EventLoop
    private let tls: TLSSession?
    private let descriptor: Int32
    private let unsentBytesMax: Int
    private var isConnecting: Bool
    private var isOpen = true
    private var readingIsPaused = false
    private var peerHasEnded = false
    /// Whether a peer is heard out where sending shows that the connection is broken: the kernel keeps what came before a reset.
    var readsAfterSendFailure = false
    /// Why nothing can be sent any more, while that is heard.
    private var sendFailure: SystemError?
    private var unsent: [UInt8] = []
    private var unsentStart = 0
    /// Bytes the kernel has taken, for whoever watches progress.
    package private(set) var sentBytes = 0
    private var events: UInt32 = 0

    /// Takes over an accepted descriptor.
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

    /// Begins to connect; `streamConnected` or `streamClosed` follows.
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
    /// Nothing can be sent any more, and `streamClosed` has come or follows within this turn.
    var isBroken: Bool { !isOpen || sendFailure != nil }

    /// Whether TLS has agreed on this application protocol (RFC 7301).
    func hasAgreed(on name: String) -> Bool { tls?.hasAgreed(on: name) ?? false }
    var isSecured: Bool { tls != nil }
    /// The names in the peer's verified certificate.
    var peerNames: [String] { tls?.peerNames ?? [] }

    /// Stops and resumes reading: backpressure on the peer.
    package var isReadingPaused: Bool {
        get { readingIsPaused }
        set {
            readingIsPaused = newValue
            updateEvents()
        }
    }

    /// Sends now what the kernel takes and the rest when it can.
    package func send(_ bytes: [UInt8]) {
        guard !isBroken else { return }
        guard let tls else { return sendRecords(bytes) }
        do throws(TLSError) {
            try bytes.withUnsafeBufferPointer { (bytes) throws(TLSError) in try tls.send(UnsafeRawBufferPointer(bytes)) }
        } catch { return close(.insecure(error)) }
        sendRecords(tls.takeOutput())
    }

    /// Sends bytes as they are on the wire.
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

    /// What is sent goes even where a reader is never quite done, or the buffer would grow with all that was ever sent.
    private func dropSent() {
        unsent.removeFirst(unsentStart)
        unsentStart = 0
    }

    /// Whether the peer has closed or written although nobody asked: not a connection to send a request on.
    package var isStale: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
    }

    /// Says that no more will be sent, and keeps reading.
    package func endSending() {
        guard isOpen else { return }
        sendCloseNotify()
        Glibc.shutdown(descriptor, Int32(SHUT_WR))
    }

    package func close() {
        if isOpen, !peerHasEnded { sendCloseNotify() }
        close(.closedHere)
    }

    /// So that the peer can tell our end from one that somebody else made (RFC 8446 §6.1).
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
            // Nothing is read, so only a broken connection can be why we are here.
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

    /// What the peer said last is handed on at the turn's end: whoever is sending does not expect to be told anything meanwhile.
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
            // The alert that says why. What is left unread would have the kernel send a reset, and the alert with it would be lost.
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
