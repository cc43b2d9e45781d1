/// The settings that all connections of a client share.
struct ClientOptions: Sendable {
    let limits: ClientLimits
    let speaks: ClientProtocol
    let security: TLSSource?
    let sharedRepeats = SharedRepeats()
}
