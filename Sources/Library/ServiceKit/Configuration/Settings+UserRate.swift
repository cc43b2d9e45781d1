package import Base

extension TokenRate {
    /// A UE needs one vector a registration, and a few more where its ISIM is ahead or the UE registers for several services.
    package static let ofOneUser = TokenRate(perSecond: 4, burst: 32)
}

extension Settings {
    /// `--user-rate PER_SECOND/BURST|off`: how many vectors may be asked for in the name of one user.
    /// - Returns: nil for `off`.
    package mutating func userRate(_ fromFlag: String?) throws(ConfigurationError) -> TokenRate? {
        guard let text = try string("user-rate", fromFlag) else { return TokenRate.ofOneUser }
        if text == "off" { return nil }
        guard let rate = TokenRate(parsing: text) else {
            throw ConfigurationError("user-rate", "takes PER_SECOND/BURST, two whole numbers from 1 to 1000000, or off")
        }
        return rate
    }
}
