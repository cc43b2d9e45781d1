import Base
import Foundation
import Support
import Testing

/// SIPp, a SIP user agent of other authors, registers through the whole chain with AKAv1-MD5.
@Suite(.serialized, .enabled(if: Command.path(of: "sipp") != nil, "SIPp is not installed (Debian: sip-tester)"))
struct SIPpTests {
    /// SIPp cuts a RES at a zero octet (corrected in 3.7), so that it answers 3 % of all challenges wrongly.
    private static let attemptsMax = 4

    @Test(arguments: ["udp", "tcp"]) func `SIPp registers with AKAv1-MD5`(transport: String) async throws {
        let laboratory = try await ChainLaboratory()
        let scenario = try laboratory.directory.write("register.xml", SIPpTests.scenario())
        var run = Command(status: -1, output: "")
        for _ in 0..<SIPpTests.attemptsMax where run.status != 0 { run = try SIPpTests.run(scenario, transport, laboratory) }
        #expect(run.status == 0, "\(run.output.suffix(2000))")
        let registrations = try Curl.send("GET", "\(laboratory.partnerCore.admin)/admin/v1/registrations")
        #expect(registrations.body.contains(ChainLaboratory.away), "\(registrations.body)")
        _ = laboratory.stop()
    }

    /// Who ends the registration of a user who has subscribed to it.
    enum End: CaseIterable {
        case operatorOfCore, operatorOfBindings

        /// What the UE is told: the event of its contact, and why the subscription is over.
        var event: String { self == .operatorOfCore ? "deactivated" : "rejected" }
        var reason: String { self == .operatorOfCore ? "noresource" : "rejected" }

        func happen(_ laboratory: ChainLaboratory) throws -> Int {
            switch self {
            case .operatorOfCore:
                try Curl.send("DELETE", "\(laboratory.partnerCore.admin)/admin/v1/registrations/sip:\(ChainLaboratory.away)").status
            case .operatorOfBindings: try Curl.send("DELETE", "\(laboratory.partnerMMS.admin)/admin/v1/bindings/\(ChainLaboratory.away)").status
            }
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: zip(["udp", "tcp"], End.allCases))
    func `SIPp subscribes to its registration, and is told when an operator ends it`(transport: String, end: End) async throws {
        let laboratory = try await ChainLaboratory()
        let scenario = try laboratory.directory.write("subscribe.xml", SIPpTests.scenario(SIPpTests.subscription(until: end)))
        let subscribed = laboratory.directory.file(SIPpTests.subscribed)
        for _ in 0..<SIPpTests.attemptsMax where !FileManager.default.fileExists(atPath: subscribed) {
            let isOver = Guarded(false)
            let run = Task.detached {
                defer { isOver.withLock { $0 = true } }
                return try SIPpTests.run(scenario, transport, laboratory)
            }
            _ = await eventually(within: .seconds(30)) { isOver.withLock { $0 } || FileManager.default.fileExists(atPath: subscribed) }
            guard FileManager.default.fileExists(atPath: subscribed) else { continue }
            #expect(try end.happen(laboratory) == 204)
            let ended = try await run.value
            #expect(ended.status == 0, "\(ended.output.suffix(2000))")
        }
        #expect(FileManager.default.fileExists(atPath: subscribed), "SIPp got no NOTIFY")
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    private static func run(_ scenario: String, _ transport: String, _ laboratory: ChainLaboratory) throws -> Command {
        try Command.run(
            "/usr/bin/sipp",
            [
                String(laboratory.sip(transport).dropFirst(4)), "-sf", scenario, "-s", "visitor1", "-auth_uri", ChainLaboratory.partner,
                "-t", transport == "udp" ? "u1" : "t1", "-i", "127.0.0.1", "-m", "1", "-l", "1", "-nostdin", "-timeout", "20s", "-trace_err",
            ], in: laboratory.directory)
    }

    /// The file that SIPp writes when it has got the first NOTIFY.
    private static let subscribed = "subscribed"

    /// The scenario after the registration: a SUBSCRIBE, the NOTIFY that tells the registration, and the one that tells its end.
    private static func subscription(until end: End) -> String {
        """
          <send retrans="500"><![CDATA[
        SUBSCRIBE sip:[service]@\(ChainLaboratory.partner) SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:[service]@\(ChainLaboratory.partner)>;tag=s[call_number]
        To: <sip:[service]@\(ChainLaboratory.partner)>
        Call-ID: [call_id]
        CSeq: 3 SUBSCRIBE
        Contact: <sip:[service]@[local_ip]:[local_port];transport=[transport]>
        Max-Forwards: 70
        Event: reg
        Accept: application/reginfo+xml
        Expires: 600000
        Content-Length: 0

          ]]></send>
          <recv response="200"></recv>
        \(notify(["active;expires="], ["state=.full.", "event=.registered."], then: "<exec command=\"touch \(subscribed)\"/>"))
        \(notify(["terminated;reason=\(end.reason)"], ["event=.\(end.event)."], then: ""))
          <Reference variables="found"/>
        """
    }

    /// A NOTIFY with these texts in Subscription-State and in its body, which is answered.
    private static func notify(_ states: [String], _ texts: [String], then action: String) -> String {
        let state = states.map { #"<ereg regexp="\#($0)" search_in="hdr" header="Subscription-State:" check_it="true" assign_to="found"/>"# }
        let body = texts.map { #"<ereg regexp="\#($0)" search_in="body" check_it="true" assign_to="found"/>"# }
        return """
              <recv request="NOTIFY"><action>\((state + body).joined())\(action)</action></recv>
              <send><![CDATA[
            SIP/2.0 200 OK
            [last_Via:]
            [last_From:]
            [last_To:]
            [last_Call-ID:]
            [last_CSeq:]
            Content-Length: 0

              ]]></send>
            """
    }

    /// - Parameter more: what follows the registration.
    private static func scenario(_ more: String = "") -> String {
        """
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <!DOCTYPE scenario SYSTEM "sipp.dtd">
        <scenario name="register">
          <send retrans="500"><![CDATA[
        REGISTER sip:\(ChainLaboratory.partner) SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:[service]@\(ChainLaboratory.partner)>;tag=[call_number]
        To: <sip:[service]@\(ChainLaboratory.partner)>
        Call-ID: [call_id]
        CSeq: 1 REGISTER
        Contact: <sip:[service]@[local_ip]:[local_port];transport=[transport]>
        Max-Forwards: 70
        Expires: 600
        Content-Length: 0

          ]]></send>
          <recv response="401" auth="true"></recv>
          <send retrans="500"><![CDATA[
        REGISTER sip:\(ChainLaboratory.partner) SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:[service]@\(ChainLaboratory.partner)>;tag=[call_number]
        To: <sip:[service]@\(ChainLaboratory.partner)>
        Call-ID: [call_id]
        CSeq: 2 REGISTER
        Contact: <sip:[service]@[local_ip]:[local_port];transport=[transport]>
        [authentication username="[service]@\(ChainLaboratory.partner)" aka_K=\(SIPpTests.escaped(ChainLaboratory.k)) \
        aka_OP=\(SIPpTests.escaped(ChainLaboratory.op)) aka_AMF=\\x80\\x00]
        Max-Forwards: 70
        Expires: 600
        Content-Length: 0

          ]]></send>
          <recv response="200"></recv>
        \(more)
        </scenario>
        """
    }

    /// A key as `\\xHH` for each octet: the only form that SIPp does not cut.
    private static func escaped(_ hex: String) -> String {
        stride(from: 0, to: hex.count, by: 2).map { "\\x" + hex.dropFirst($0).prefix(2) }.joined()
    }
}
