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
        let scenario = try laboratory.directory.write("register.xml", SIPpTests.scenario)
        var run = Command(status: -1, output: "")
        for _ in 0..<SIPpTests.attemptsMax where run.status != 0 {
            run = try Command.run(
                "/usr/bin/sipp",
                [
                    String(laboratory.sip(transport).dropFirst(4)), "-sf", scenario, "-s", "visitor1", "-auth_uri", ChainLaboratory.partner,
                    "-t", transport == "udp" ? "u1" : "t1", "-i", "127.0.0.1", "-m", "1", "-l", "1", "-nostdin", "-timeout", "10s", "-trace_err",
                ], in: laboratory.directory)
        }
        #expect(run.status == 0, "\(run.output.suffix(2000))")
        let registrations = try Curl.send("GET", "\(laboratory.partnerCore.admin)/admin/v1/registrations")
        #expect(registrations.body.contains(ChainLaboratory.away), "\(registrations.body)")
        _ = laboratory.stop()
    }

    private static let scenario = """
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
        </scenario>
        """

    /// A key as `\\xHH` for each octet: the only form that SIPp does not cut.
    private static func escaped(_ hex: String) -> String {
        stride(from: 0, to: hex.count, by: 2).map { "\\x" + hex.dropFirst($0).prefix(2) }.joined()
    }
}
