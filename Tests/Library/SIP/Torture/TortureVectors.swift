import SIP
import Testing

/// The outcome of parsing each message of RFC 4475.
enum TortureVectors {
    enum Verdict: Sendable, Equatable {
        case accepted
        /// The code, and whether a server can send its status.
        case refused(SIPParseError.Code, answerable: Bool)
    }

    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let clause: String
        let verdict: Verdict
        /// The reaction that RFC 4475 asks for.
        let wanted: String

        init(_ name: String, _ clause: String, _ verdict: Verdict, _ wanted: String) {
            self.name = name
            self.clause = clause
            self.verdict = verdict
            self.wanted = wanted
        }

        var testDescription: String { "\(name) (RFC 4475 §\(clause)): \(wanted)" }
    }

    static let all: [Vector] = valid + invalid + higherLayers

    private static func refused(_ code: SIPParseError.Code) -> Verdict { .refused(code, answerable: true) }

    private static let valid: [Vector] = [
        Vector("wsinv", "3.1.1.1", .accepted, "valid, with every liberty white space has"),
        Vector("intmeth", "3.1.1.2", .accepted, "valid, with every character a token may have"),
        Vector("esc01", "3.1.1.3", .accepted, "valid escapes"),
        Vector("escnull", "3.1.1.4", .accepted, "valid: an escaped NUL ends nothing"),
        Vector("esc02", "3.1.1.5", .accepted, "valid: % that is not an escape"),
        Vector("lwsdisp", "3.1.1.6", .accepted, "valid: no blank before <"),
        Vector("longreq", "3.1.1.7", .accepted, "valid, long values"),
        Vector("dblreq", "3.1.1.8", .accepted, "the datagram's second message is dropped"),
        Vector("semiuri", "3.1.1.9", .accepted, "valid: a semicolon in the user part"),
        Vector("transports", "3.1.1.10", .accepted, "valid: transports known and unknown"),
        Vector("mpart01", "3.1.1.11", .accepted, "valid: a binary body"),
        Vector("unreason", "3.1.1.12", .accepted, "valid: a reason in UTF-8"),
        Vector("noreason", "3.1.1.13", .accepted, "valid: an empty reason"),
    ]

    private static let invalid: [Vector] = [
        Vector("badinv01", "3.1.2.1", refused(.badHeaderValue), "400: separators in excess"),
        Vector("clerr", "3.1.2.2", refused(.bodyTruncated), "400: Content-Length greater than the datagram"),
        Vector("ncl", "3.1.2.3", refused(.badHeaderValue), "400: negative Content-Length"),
        Vector("scalar02", "3.1.2.4", refused(.numberOutOfRange), "400: CSeq out of range"),
        Vector("scalarlg", "3.1.2.5", .refused(.numberOutOfRange, answerable: false), "a response, dropped"),
        Vector("quotbal", "3.1.2.6", refused(.badHeaderValue), "400: a quote that does not close"),
        Vector("ltgtruri", "3.1.2.7", refused(.badURI), "400: brackets around the Request-URI"),
        Vector("lwsruri", "3.1.2.8", refused(.badStartLine), "400: a blank in the Request-URI"),
        Vector("lwsstart", "3.1.2.9", refused(.badStartLine), "400: two blanks in the start line"),
        Vector("trws", "3.1.2.10", refused(.badStartLine), "400: blanks after the start line"),
        Vector("escruri", "3.1.2.11", refused(.badURI), "400: headers in the Request-URI"),
        Vector("baddate", "3.1.2.12", .accepted, "who does not use Date may ignore it"),
        Vector("regbadct", "3.1.2.13", .accepted, "400 by the registrar, see the test of its Contact"),
        Vector("badaspec", "3.1.2.14", refused(.badURI), "400: blanks inside the brackets"),
        Vector("baddn", "3.1.2.15", refused(.headNotTerminated), "400: display names without quotes; as stored it also lacks its empty line"),
        Vector("badvers", "3.1.2.16", refused(.unsupportedVersion), "505"),
        Vector("mismatch01", "3.1.2.17", refused(.methodMismatch), "400: CSeq for another method"),
        Vector("mismatch02", "3.1.2.18", refused(.methodMismatch), "400 or 501: CSeq for another method"),
        Vector("bigcode", "3.1.2.19", .refused(.badStartLine, answerable: false), "a response, dropped"),
    ]

    private static let higherLayers: [Vector] = [
        Vector("badbranch", "3.2.1", .accepted, "the bare cookie names no transaction"),
        Vector("insuf", "3.3.1", .refused(.missingHeader, answerable: false), "too little for an answer"),
        Vector("unkscm", "3.3.2", refused(.unsupportedURIScheme), "416"),
        Vector("novelsc", "3.3.3", refused(.unsupportedURIScheme), "416"),
        Vector("unksm2", "3.3.4", .accepted, "the registrar decides about To and Contact"),
        Vector("bext01", "3.3.5", .accepted, "420 by the server, see the test of its Require"),
        Vector("invut", "3.3.6", .accepted, "415 by a server of INVITE"),
        Vector("regaut01", "3.3.7", .accepted, "as if there were no Authorization"),
        Vector("multi01", "3.3.8", refused(.duplicateHeader), "400: fields that come once come twice"),
        Vector("mcl01", "3.3.9", refused(.duplicateHeader), "400: two Content-Lengths"),
        Vector("bcast", "3.3.10", .accepted, "the transport drops it: its Via is somebody else's"),
        Vector("zeromf", "3.3.11", .accepted, "its last receiver answers, a proxy says 483"),
        Vector("cparam01", "3.3.12", .accepted, "the parameter is the Contact's"),
        Vector("cparam02", "3.3.13", .accepted, "the parameter is the URI's"),
        Vector("regescrt", "3.3.14", .accepted, "the URI keeps its header"),
        Vector("sdp01", "3.3.15", .accepted, "406 by a server of INVITE"),
        Vector("inv2543", "3.4.1", .accepted, "an RFC 2543 client"),
    ]
}
