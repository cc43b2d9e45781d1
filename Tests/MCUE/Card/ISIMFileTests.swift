import Base
import Testing

@testable import MCUE

@Suite struct ISIMFileTests {
    private func file(_ json: String) throws(UEError) -> ISIMFile { try ISIMFile(SecretOctets(Array(json.utf8))) }

    private func refusal(_ json: String) -> UEError? {
        do throws(UEError) {
            _ = try file(json)
            return nil
        } catch { return error }
    }

    private func text(_ file: ISIMFile) -> String { String(decoding: file.contents.octets, as: UTF8.self) }

    @Test func `a file with K, OPc, AMF and SQN is read, and written as it was`() throws {
        #expect(text(try file(UELaboratory.isim())) == UELaboratory.isim() + "\n")
    }

    @Test func `a file with OP is read, and keeps it`() throws {
        let json = #"{"k":"\#(UELaboratory.k)","op":"\#(UELaboratory.op)","amf":"8000","sqn":"000000000020"}"#
        #expect(text(try file(json)) == json + "\n")
    }

    @Test func `a new card has SQN 0 and AMF 8000`() throws {
        let written = text(try file(#"{"k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)"}"#))
        #expect(written.contains(#""amf":"8000","sqn":"000000000000""#))
    }

    @Test func `the SQN is the one member that changes`() throws {
        var changed = try file(UELaboratory.isim())
        changed.sqn = try file(UELaboratory.isim(sqn: UELaboratory.sqn)).sqn
        #expect(text(changed) == UELaboratory.isim(sqn: UELaboratory.sqn) + "\n")
    }

    @Test(arguments: [
        ("", "it"), ("[]", "it"), ("{}", "/k"), (#"{"k":"00"}"#, "/k"), (#"{"k":1}"#, "/k"), (#"{"k":"\#(UELaboratory.k)"}"#, "/opc"),
        (#"{"k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)","op":"\#(UELaboratory.op)"}"#, "exclude each other"),
        (#"{"k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)","amf":"80"}"#, "/amf"),
        (#"{"k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)","sqn":"20"}"#, "/sqn"),
        (#"{"k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)","seq":"000000000020"}"#, "/seq"),
        (#"{"k":"\#(UELaboratory.k)","k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)"}"#, "/k"),
        (#"{"k":"\#(UELaboratory.k)","opc":"\#(UELaboratory.opc)"},"#, "it"),
    ])
    func `a file that is no ISIM is refused, and its keys are not repeated`(json: String, place: String) throws {
        let error = try #require(refusal(json))
        #expect(error.code == .unusable)
        #expect(error.reason.contains(place), "\(error.reason)")
        for secret in [UELaboratory.k, UELaboratory.op, UELaboratory.opc] { #expect(!error.reason.contains(secret)) }
    }
}
