/// Why the admin listener of a service gives no answer, in words that follow its address.
struct AdminFailure: Error {
    let reason: String
}
