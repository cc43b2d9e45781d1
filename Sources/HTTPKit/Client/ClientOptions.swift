/// The settings that all connections of a client share.
struct ClientOptions: Sendable {
    let limits: ClientLimits
    let speaks: ClientProtocol
    let security: TLSSource?
    /// Whether a response with `Retry-After` asks for the sake of other servers only, not of the one that sent it.
    var concernsOthersOnly: @Sendable (Response) -> Bool = { _ in false }
    let sharedRepeats = SharedRepeats()
}
