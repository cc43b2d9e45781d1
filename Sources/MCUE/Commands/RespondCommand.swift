internal import ArgumentParser
internal import HTTPKit
internal import SIP

struct RespondCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "respond",
        abstract: "Answers one challenge and prints the JSON object that POST /sip-core/v1/registrations takes as challengeResponse.",
        discussion: "An ISIM remembers the SQNs it has accepted. Without --update-isim every challenge finds the card as it was.\n\n"
            + UEExitCode.table)

    @Option(help: ArgumentHelp("The ISIM file: a JSON object with k, opc or op, amf and sqn in base 16.", valueName: "file"))
    var isim: String

    @Option(help: "The private identity.")
    var impi: String

    @Option(help: "The realm of the challenge.")
    var realm: String

    @Option(help: "The nonce of the challenge: base 64 of RAND and AUTN.")
    var nonce: String

    @Option(help: "The URI that the digest is over, usually sip:REALM.")
    var uri: String

    @Option(help: "The method of the request.")
    var method: String = "REGISTER"

    @Option(help: "The qop that the challenge offers: auth, auth-int, or none.")
    var qop: String = "auth"

    @Option(help: "The nonce of the client. (default: a random one)")
    var cnonce: String?

    @Flag(help: "Write the SQN that was accepted to the --isim file.")
    var updateIsim = false

    func run() throws {
        let console = Console()
        let code: UEExitCode
        do throws(UEError) { code = try respond(console, .system) } catch {
            console.complain("mc-ue: \(error)")
            code = error.code == .unusable ? .usage : .failed
        }
        guard code == .done else { throw code.exitCode }
    }

    /// - Throws: `.unusable` for a malformed nonce or ISIM file, `.engineFailed`.
    func respond(_ console: Console, _ identifiers: RandomIdentifiers) throws(UEError) -> UEExitCode {
        let cards = CardFiles(path: isim, updates: updateIsim, console: console)
        try cards.check()
        var card = try cards.card(1)
        let offered = qop == "none" ? [] : [Array(qop.utf8)]
        let challenge = DigestChallenge(realm: Array(realm.utf8), nonce: Array(nonce.utf8), algorithm: Array("AKAv1-MD5".utf8), qop: offered)
        let answer: Card.Answer
        do throws(UEError) {
            answer = try card.answer(
                challenge, impi: Array(impi.utf8), method: Array(method.utf8), uri: Array(uri.utf8),
                cnonce: cnonce.map { Array($0.utf8) } ?? identifiers.short())
        } catch { throw error.code == .serverFault ? UEError(.unusable, error.reason) : error }
        try cards.keep(card, 1)
        switch answer.verdict {
        case .authentic: break
        case .notSynchronised: console.complain("mc-ue: the challenge is not fresh; this answer asks the network to resynchronise")
        case .networkNotAuthentic:
            console.complain("mc-ue: the challenge's MAC is not made with this ISIM's key")
            return .networkNotAuthenticated
        }
        console.tell(json(answer.credentials))
        return .done
    }

    private func json(_ credentials: DigestCredentials) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        let members: [(String, [UInt8]?)] = [
            ("nonce", credentials.nonce), ("uri", credentials.uri), ("response", credentials.response), ("auts", credentials.auts),
            ("nc", credentials.nonceCount), ("cnonce", credentials.cnonce), ("qop", credentials.qop),
        ]
        for (name, value) in members {
            guard let value else { continue }
            writer.member(name)
            writer.string(utf8: value)
        }
        writer.endObject()
        return writer.bytes.text
    }
}
