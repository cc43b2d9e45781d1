import Hummingbird

/// The request body of TS 29.562 §6.3.6.2.2, as far as the measurement sends it.
struct Question: Codable {
    var cscfServerName: String
    var sipAuthenticationScheme: String
    var sipNumberAuthItems: Int?
}

/// `SipAuthenticationInfoResult` of TS 29.562 §6.3.6.2.3.
struct Answer: ResponseCodable {
    struct Vector: Codable {
        var rand: String
        var xres: String
        var autn: String
        var ck: String
        var ik: String
    }

    var impi: String
    var vectors: [Vector]

    enum CodingKeys: String, CodingKey {
        case impi
        case vectors = "3gAkaAvs"
    }

    /// One vector of fixed octets, but for the two digits that say which number was spent.
    static func canned(_ impi: String, number: Int = 0) -> Answer {
        let octets = "000102030405060708090a0b0c0d0e0f"
        let autn = "101112131415161718191a1b1c1d1e" + (number % 2 == 0 ? "1f" : "20")
        return Answer(impi: impi, vectors: [Vector(rand: octets, xres: "2021222324252627", autn: autn, ck: octets, ik: octets)])
    }
}
