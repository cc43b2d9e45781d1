/// A state of an origin that one loop of a client has noticed and tells the other loops.
enum OriginNews: Sendable {
    /// The origin takes requests and answers none of them.
    case silent
    /// The origin has asked with `Retry-After` to be sent nothing for this long.
    case held(Duration)
    /// The origin has asked the same for the sake of a server behind it: another origin is the better choice, but where there is none it is asked.
    case avoided(Duration)
}
