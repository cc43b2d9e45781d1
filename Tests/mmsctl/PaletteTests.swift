import Flow
import Testing

@testable import mmsctl

@Suite struct PaletteTests {
    @Test(
        arguments: [
            (true, [:], true), (true, ["NO_COLOR": ""], true), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": "0"], false),
            (true, ["TERM": "dumb"], false), (false, [:], false), (false, ["NO_COLOR": ""], false),
        ] as [(Bool, [String: String], Bool)])
    func `there is colour on a terminal only, and none with NO_COLOR`(isTerminal: Bool, environment: [String: String], isColoured: Bool) {
        let palette = Palette(isTerminal: isTerminal) { environment[$0] }
        #expect(palette.bad("x").contains("\u{1b}") == isColoured)
        #expect(palette.good("x").contains("x"))
    }

    @Test func `a ladder without colour has no escape, and with colour the same text`() {
        var laboratory = LadderLaboratory()
        laboratory.add(1)
        laboratory.add(2, status: 504, "TARGET_NF_NOT_REACHABLE", "the connection was refused")
        laboratory.add(12, status: 504, "TARGET_NF_NOT_REACHABLE", "504 TARGET_NF_NOT_REACHABLE")
        let ladder = laboratory.ladder()
        let coloured = ladder.drawn(.unicode, Palette(isTerminal: true) { _ in nil })
        #expect(!ladder.drawn(.unicode).contains("\u{1b}") && coloured.contains("\u{1b}[31m"))
        #expect(coloured.replacing(/\u{1b}\[[0-9]+m/, with: "") == ladder.drawn(.unicode))
    }
}
