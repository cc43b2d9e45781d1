/// The owner of a descriptor, called on the loop's thread.
protocol Pollable: AnyObject {
    func ready(_ readiness: Readiness)
    /// Closes the descriptor, because the loop is ending.
    func close()
}
