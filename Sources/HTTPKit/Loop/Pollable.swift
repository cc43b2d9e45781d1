/// A descriptor's owner, called on the loop's thread.
protocol Pollable: AnyObject {
    func ready(_ readiness: Readiness)
    /// The loop is ending: gives the descriptor back.
    func close()
}
