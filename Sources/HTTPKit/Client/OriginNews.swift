/// A state of an origin that one loop of a client has noticed and tells the other loops.
enum OriginNews: Sendable {
    /// The origin takes requests and answers none of them.
    case silent
    /// The origin has asked with `Retry-After` to be sent nothing for this long.
    case held(Duration)
}
