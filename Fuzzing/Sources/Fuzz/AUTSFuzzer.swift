import AKA
import Base
import Vectors

/// AUTS and the numbers behind it. The input is K, OPc, RAND (16 octets each), AUTS (14), the home's SEQ (8), an SQN (6), AUTN (16).
enum AUTSFuzzer {
    private struct Cursor {
        var rest: ArraySlice<UInt8>

        /// The next octets, zeros where the input has ended.
        mutating func take(_ count: Int) -> [UInt8] {
            let taken = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            return taken + [UInt8](repeating: 0, count: count - taken.count)
        }
    }

    static func run(_ input: [UInt8]) {
        mustNotThrow("octets of the right length are taken") {
            var cursor = Cursor(rest: input[...])
            let key = MilenageKey(k: try K(cursor.take(16)), opc: try OPc(cursor.take(16)))
            let rand = try RAND(cursor.take(16))
            let auts = try AUTS(cursor.take(AUTS.octetCount))
            let homeSEQ = cursor.take(8).reduce(0) { $0 << 8 | UInt64($1) }
            let sqn = try SQN(cursor.take(SQN.octetCount))
            try checkAUTS(auts, rand, key, homeSEQ, sqn)
            try checkCard(try AUTN(cursor.take(AUTN.octetCount)), rand, key, sqn)
        }
    }

    private static func checkAUTS(_ auts: AUTS, _ rand: RAND, _ key: MilenageKey, _ homeSEQ: UInt64, _ sqn: SQN) throws {
        var milenage = try Milenage()
        do {
            let found = try milenage.verify(auts: auts, rand: rand, key: key)
            require(try milenage.auts(sqnMS: found, rand: rand, key: key) == auts, "an AUTS that is accepted is the one that the card makes")
        } catch { require(error.code == .authenticationFailed, "a forged AUTS is refused for its MAC-S") }
        let own = try milenage.auts(sqnMS: sqn, rand: rand, key: key)
        require(try milenage.verify(auts: own, rand: rand, key: key) == sqn, "the card's own AUTS gives its SQN back")
        require(try AUTS(base64: own.base64.utf8) == own, "an AUTS is read back")
        switch SequenceNumberPolicy.resynchronised(homeSEQ: homeSEQ, msSQN: sqn) {
        case .moved(let seq): require(seq == sqn.seq, "the home moves to the card's number")
        case .unchanged: require(homeSEQ >= sqn.seq, "the home keeps a number the card will take")
        }
        require(try SQN(sqn.octets) == sqn, "an SQN is read back")
        if let next = sqn.next(ind: sqn.ind) { require(next.seq == sqn.seq + 1 && next.ind == sqn.ind, "the next number is one more in its slot") }
    }

    private static func checkCard(_ autn: AUTN, _ rand: RAND, _ key: MilenageKey, _ sqn: SQN) throws {
        var milenage = try Milenage()
        var card = try ISIM(key: .milenage(key), window: SequenceNumberWindow(lastAccepted: sqn))
        _ = try card.authenticate(rand: rand, autn: autn)
        guard let next = card.window.highest.next(ind: sqn.ind) else { return }
        let vector = try milenage.vector(key: key, amf: autn.amf, sqn: next, rand: rand)
        guard case .success(let res, let ck, let ik) = try card.authenticate(rand: rand, autn: vector.autn) else {
            fatalError("the card takes the next number")
        }
        require(res == vector.xres && ck == vector.ck && ik == vector.ik, "card and home agree")
        guard case .synchronisationFailure(let auts) = try card.authenticate(rand: rand, autn: vector.autn) else {
            fatalError("the card takes no number twice")
        }
        require(try milenage.verify(auts: auts, rand: rand, key: key) == card.window.highest, "its AUTS says where it stands")
    }
}
