import Base
import Testing

@Suite struct TraceIDTests {
    @Test func `32 lower-case hexadecimal digits are the id of a trace`() {
        #expect(TraceID.isValid("0af7651916cd43dd8448eb211c80319c") && TraceID.isWellFormed("0af7651916cd43dd8448eb211c80319c"))
    }

    @Test(arguments: [
        "", "1", "0AF7651916CD43DD8448EB211C80319C", "0af7651916cd43dd8448eb211c80319", "0af7651916cd43dd8448eb211c80319c0",
        "0af7651916cd43dd8448eb211c80319g", "0af7651916cd43dd8448eb211c8031é",
    ])
    func `anything else is not`(text: String) {
        #expect(!TraceID.isValid(text) && !TraceID.isWellFormed(text))
    }

    @Test func `zeros are well-formed and name no trace`() {
        let zeros = String(repeating: "0", count: 32)
        #expect(TraceID.isWellFormed(zeros) && !TraceID.isValid(zeros))
    }
}
