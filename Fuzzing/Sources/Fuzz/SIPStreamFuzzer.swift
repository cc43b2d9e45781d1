@testable import SIP

/// A stream of SIP messages: however the bytes are cut, the same messages come out and the stream is lost over the same fault.
enum SIPStreamFuzzer {
    static func run(_ input: [UInt8]) {
        let ways = Pieces.ways(of: input).map(frame)
        for way in ways {
            require(way.events == ways[0].events, "the same messages however the bytes are cut: \(way.events) and \(ways[0].events)")
            require(
                way.fault == ways[0].fault,
                "the same fault however the bytes are cut: \(String(describing: way.fault)) and \(String(describing: ways[0].fault))")
            require(way.pending == ways[0].pending, "the same bytes are left over however they are cut")
        }
        for case .message(let message) in ways[0].events { SIPMessageFuzzer.run(message) }
    }

    /// Small, so that an input of a few hundred bytes reaches each.
    private static let limits: SIPLimits = {
        var limits = SIPLimits()
        limits.messageBytesMax = 1_536
        limits.headBytesMax = 1_024
        limits.lineBytesMax = 256
        limits.headerFieldsMax = 16
        return limits
    }()

    private static func frame(_ pieces: [[UInt8]]) -> (events: [SIPStreamFramer.Event], fault: SIPParseError.Code?, pending: Int) {
        var framer = SIPStreamFramer(limits: limits)
        var events: [SIPStreamFramer.Event] = []
        var fault: SIPParseError.Code?
        for piece in pieces {
            framer.append(piece)
            do { while let event = try framer.next() { events.append(event) } } catch { fault = error.code }
            require(fault != nil || framer.pendingBytes <= limits.messageBytesMax + piece.count, "no more is held than a message")
        }
        return (events, fault, framer.pendingBytes)
    }
}
