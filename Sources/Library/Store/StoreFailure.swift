/// Why a store did not do what it was asked, whatever it keeps its records in.
///
/// A change that contradicts another record is no failure: `PutOutcome` and `DeleteOutcome` say so. Two failures are equal when their codes are.
/// Neither `reason` nor `place` ever holds a value of a record, so both may go to the log.
///
/// Public, because it is part of what SQLiteStore has inlined into its callers.
public struct StoreFailure: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// Too many calls wait already. The same call may succeed a moment later.
        case overloaded
        /// There is no room left. Nothing of the change is stored; reading goes on.
        case full
        /// The store cannot be asked: it is closed, cannot be reached, or is in use by somebody else.
        case unavailable
        /// A change could not be made durable, so that nobody knows what is stored. The store does nothing more until the process starts again.
        case failed
        /// What is stored is damaged, or was written by a later version of this program.
        case damaged
        /// A fault of this program: it asked the store for something that makes no sense.
        case misuse
    }

    package let code: Code
    /// For the log.
    package let reason: String
    /// What was being done, for the log.
    package let place: String

    package init(_ code: Code, _ reason: String, place: String = "") {
        self.code = code
        self.reason = reason
        self.place = place
    }
}

extension StoreFailure: Equatable {
    public static func == (left: StoreFailure, right: StoreFailure) -> Bool { left.code == right.code }
}

extension StoreFailure: CustomStringConvertible {
    public var description: String {
        place.isEmpty ? "\(code.rawValue): \(reason)" : "\(code.rawValue): \(reason) (\(place))"
    }
}
