/// What all of a client's connections have in common.
struct ClientOptions: Sendable {
    let limits: ClientLimits
    let speaks: ClientProtocol
    let security: TLSSource?
}
