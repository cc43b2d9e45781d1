/// What the other loops of a client are told of an origin.
enum OriginNews: Sendable {
    /// It takes requests and answers none.
    case silent
    /// It wants to be left alone for so long.
    case held(Duration)
}
