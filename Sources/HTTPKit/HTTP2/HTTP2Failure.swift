/// Why an HTTP/2 connection cannot go on.
struct HTTP2Failure: Error, Equatable {
    let reason: String
}
