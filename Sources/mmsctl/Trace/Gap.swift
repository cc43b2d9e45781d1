/// Why a ladder has no event at a place.
enum Gap: String {
    /// The service that would have recorded it was not asked, or did not answer.
    case notAsked = "not asked"
    /// The step was made, as others tell, but the service does not remember it.
    case noRecord = "no record"
    /// The procedure did not get so far.
    case neverSent = "never sent"
}
