internal import AKA
internal import Base
internal import Vectors

/// `VectorTimer`: how many nanoseconds MILENAGE takes where every vector has another subscriber's key, as in AuthDB. Two numbers in one line:
/// f1...f5 alone, and the whole vector with its secrets in memory of their own. Each is the median of the rounds.
@main
enum Main {
    private static let (rounds, vectorsPerRound, keyCount) = (7, 400_000, 64)

    static func main() throws {
        var milenage = try Milenage()
        let keys = try (0..<keyCount).map { _ in MilenageKey(k: try K(octets()), opc: try OPc(octets())) }
        let challenges = try SystemRandom().rands(keyCount)
        let amf = AMF(value: 0x8000)
        var checksum: UInt64 = 0

        let functions = try median { (number) throws(AKAError) in
            let outputs = try milenage.vectorOutputs(
                key: keys[number % keyCount], rand: challenges[number / keyCount % keyCount], sqn: sqn(number), amf: amf)
            checksum ^= outputs.codes.macA
        }
        let vectors = try median { (number) throws(AKAError) in
            let vector = try milenage.vector(key: keys[number % keyCount], amf: amf, sqn: sqn(number), rand: challenges[number / keyCount % keyCount])
            checksum ^= UInt64(vector.ck.secret.count)
        }
        // The sum is printed so that nothing of the work can be left out.
        print(functions, vectors, checksum)
    }

    private static func sqn(_ number: Int) throws(AKAError) -> SQN { try SQN(seq: UInt64(number + 1), ind: IND(0)) }

    private static func octets() -> [UInt8] { (0..<16).map { _ in .random(in: .min ... .max) } }

    private static func median(_ work: (Int) throws(AKAError) -> Void) throws(AKAError) -> Int {
        var times: [Int] = []
        for _ in 0..<rounds {
            let began = ContinuousClock.now
            for number in 0..<vectorsPerRound { try work(number) }
            times.append(Int((ContinuousClock.now - began) / .nanoseconds(1)) / vectorsPerRound)
        }
        return times.sorted()[rounds / 2]
    }
}
