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
