/// What became of a DELETE.
package enum DeleteOutcome: Sendable {
    case deleted
    case notFound
    case preconditionFailed
    case conflict(reason: String)
}
