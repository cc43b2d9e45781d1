import Testing

@testable import MCUE

@Suite struct RegistrationReportTests {
    private func report(_ end: RegistrationReport.End) -> RegistrationReport {
        var report = RegistrationReport(end: end, impi: "a@b", impu: "sip:a@b", trace: UELaboratory.trace)
        report.duration = .microseconds(41_800)
        return report
    }

    @Test func `a registration is told with its contact, its identities and its routes`() {
        var report = report(.registered)
        report.status = 200
        report.contact = "sip:a@127.0.0.1:5062"
        report.expiresSeconds = 3_600
        report.associatedURIs = ["sip:a@b"]
        report.serviceRoutes = ["sip:orig@s;lr"]
        report.challengeCount = 1
        #expect(
            report.lines == [
                "registered     sip:a@127.0.0.1:5062, expires in 3600 s", "associated     sip:a@b", "service route  sip:orig@s;lr",
                "trace          \(UELaboratory.trace)  41.8 ms",
            ])
        #expect(
            report.json == #"{"result":"registered","status":200,"impi":"a@b","impu":"sip:a@b","trace":"\#(UELaboratory.trace)","challenges":1,"#
                + #""resynchronisations":0,"contact":"sip:a@127.0.0.1:5062","expires":3600,"associatedURIs":["sip:a@b"],"#
                + #""serviceRoutes":["sip:orig@s;lr"],"warnings":[],"durationUs":41800,"exitCode":0}"#)
    }

    @Test func `a failure is told with its reason and what was odd before`() {
        var report = report(.noAnswer)
        report.reason = "no answer from 127.0.0.1:5060"
        report.warnings = ["odd"]
        #expect(
            report.lines == [
                "failed         no answer from 127.0.0.1:5060", "warning        odd", "trace          \(UELaboratory.trace)  41.8 ms",
            ])
        #expect(report.json.contains(#""result":"noAnswer","reason":"no answer from 127.0.0.1:5060","#) && report.json.hasSuffix(#""exitCode":5}"#))
    }

    @Test(
        arguments: [
            (RegistrationReport.End.refused, 403, "403"), (.failed, 504, "504"), (.refused, nil, "refused"), (.serverFault, 200, "serverFault"),
            (.noAnswer, nil, "noAnswer"),
        ] as [(RegistrationReport.End, Int?, String)])
    func `failures are counted by status where that says it all`(end: RegistrationReport.End, status: Int?, kind: String) {
        var report = report(end)
        report.status = status
        #expect(report.kind == kind)
    }

    @Test(arguments: [
        (RegistrationStep.challenged(realm: "r", algorithm: "AKAv1-MD5", qop: "auth"), "challenge      realm r, AKAv1-MD5, qop auth"),
        (.challenged(realm: "r", algorithm: "AKAv1-MD5", qop: nil), "challenge      realm r, AKAv1-MD5"),
        (.intervalTooBrief(minimumSeconds: 60), "too brief      the registrar wants at least 60 s"),
    ])
    func `a step is a line`(step: RegistrationStep, line: String) {
        #expect(step.line == line)
    }
}
