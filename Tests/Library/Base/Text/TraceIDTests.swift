import Base
import Testing

@Suite struct TraceIDTests {
    static let digits = "0af7651916cd43dd8448eb211c80319c"

    @Test func `a trace identifier is 32 lower-case digits`() throws {
        let traceID = try #require(TraceID(parsing: Self.digits.utf8))
        #expect(traceID.octets.octets == Hex.decode(Self.digits.utf8))
        #expect(traceID.number == 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c)
        #expect(TraceID(parsing: Array("00-\(Self.digits)-".utf8), at: 3) == traceID)
    }

    @Test(arguments: [
        "", digits + "0", String(digits.dropLast()), digits.uppercased(), "0x" + digits.dropFirst(2), digits.dropLast() + "g",
        " " + digits.dropLast(),
        digits.dropLast(2) + "é",
    ])
    func `any other text is none`(text: String) {
        #expect(TraceID(parsing: text.utf8) == nil)
    }

    @Test func `zeros are an identifier that no trace has`() throws {
        #expect(try #require(TraceID(parsing: String(repeating: "0", count: 32).utf8)).isZero)
        #expect(try !#require(TraceID(parsing: Self.digits.utf8)).isZero)
    }
}
