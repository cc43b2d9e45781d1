import Base
import Foundation
import Support
import Testing

@testable import MCUE

@Suite struct CardFilesTests {
    private let laboratory: UELaboratory

    init() throws { laboratory = try UELaboratory() }

    private func cards(_ name: String = "isim.json", updates: Bool = true) -> CardFiles {
        CardFiles(path: laboratory.directory.file(name), updates: updates, console: laboratory.console)
    }

    private func contents(_ name: String = "isim.json") throws -> String {
        String(decoding: try SmallFile.read(laboratory.directory.file(name), bytesMax: 4_096), as: UTF8.self)
    }

    /// Has the card of a file accept the challenge of the test set, and kept.
    private func accept(_ cards: CardFiles, _ number: Int = 1) throws {
        var card = try cards.card(number)
        let answer = try card.answer(
            UELaboratory.challenge(), impi: Array(UELaboratory.impi.utf8), method: Array("REGISTER".utf8), uri: Array("sip:partner.example".utf8),
            cnonce: Array("0a4f113b".utf8))
        #expect(answer.verdict == .authentic)
        try cards.keep(card, number)
    }

    @Test func `the SQN that was accepted is written to the file, which stays its owner's alone`() throws {
        let path = try laboratory.directory.write("isim.json", UELaboratory.isim())
        try accept(cards())
        #expect(try contents() == UELaboratory.isim(sqn: UELaboratory.sqn) + "\n")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: laboratory.directory.path) == ["isim.json"])
    }

    @Test func `a file is left alone where it is not to be updated`() throws {
        try laboratory.directory.write("isim.json", UELaboratory.isim())
        try accept(cards(updates: false))
        #expect(try contents() == UELaboratory.isim())
    }

    @Test func `a file whose SQN another run has brought further is left alone`() throws {
        try laboratory.directory.write("isim.json", UELaboratory.isim())
        let card = try cards().card(1)
        try laboratory.directory.write("isim.json", UELaboratory.isim(sqn: UELaboratory.sqn))
        try cards().keep(card, 1)
        #expect(try contents() == UELaboratory.isim(sqn: UELaboratory.sqn))
    }

    @Test func `each user has a file of their own where the path has a place for the number`() throws {
        for number in 1...2 { try laboratory.directory.write("isim-\(number).json", UELaboratory.isim()) }
        try accept(cards("isim-{n}.json"), 2)
        #expect(try contents("isim-1.json") == UELaboratory.isim())
        #expect(try contents("isim-2.json") == UELaboratory.isim(sqn: UELaboratory.sqn) + "\n")
    }

    @Test(arguments: [(0o600, 0), (0o400, 0), (0o640, 1), (0o644, 1)])
    func `a key that others may read is one line of warning`(mode: Int, warnings: Int) throws {
        let path = try laboratory.directory.write("isim.json", UELaboratory.isim())
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        try cards().check()
        #expect(laboratory.complaints.count == warnings && laboratory.complaints.allSatisfy { $0.contains("chmod 600") })
    }

    @Test func `a file that is missing or damaged is named with its flag`() throws {
        for contents in [nil, "{", String(repeating: " ", count: 4_097)] {
            if let contents { try laboratory.directory.write("isim.json", contents) }
            let error = #expect(throws: UEError.self) { try cards().check() }
            #expect(error?.code == .unusable)
            #expect(error?.reason.hasPrefix("--isim \(laboratory.directory.path)/isim.json") == true, "\(error?.reason ?? "")")
        }
    }
}
