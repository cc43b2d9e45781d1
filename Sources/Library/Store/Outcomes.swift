/// Whether a change may go on, given the entity tag of what is there now (nil: nothing is). Asked within the transaction.
package typealias Precondition = @Sendable (_ current: ETag?) -> Bool

/// What became of a PUT.
package enum PutOutcome<Record: Sendable>: Sendable {
    case created(Stored<Record>)
    case replaced(Stored<Record>)
    case preconditionFailed
    /// It contradicts another record.
    case conflict(param: String, reason: String)
    /// A member asks for what cannot be.
    case invalid(param: String, reason: String)
}

/// What became of a DELETE.
package enum DeleteOutcome: Sendable {
    case deleted
    case notFound
    case preconditionFailed
    case conflict(reason: String)
}
