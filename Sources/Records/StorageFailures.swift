package import HTTPKit
package import Nhss
package import Storage

extension AuthFailure {
    /// Of a store that cannot be asked. Never "user not found".
    package init(_ error: StorageError) {
        switch error.code {
        case .overloaded: self.init(.congested, error.description, retryAfter: .seconds(1))
        default: self.init(.internalFailure, error.description)
        }
    }
}

extension Problem {
    /// Of an admin request that the store did not carry out. The reason stays in the log.
    package init(_ error: StorageError) {
        switch error.code {
        case .overloaded: self.init(.serviceUnavailable, detail: "too many requests wait for the store", cause: "NF_CONGESTION", fields: ["Retry-After": "1"])
        case .full: self.init(507, detail: "the disk is full", cause: "INSUFFICIENT_RESOURCES")
        case .constraintUnique, .constraintForeignKey: self.init(.conflict, detail: "the record contradicts another", cause: "MODIFICATION_NOT_ALLOWED")
        default: self.init(.internalServerError, detail: "the store failed", cause: "SYSTEM_FAILURE")
        }
    }
}

extension RecordAnswers {
    /// Asks the store, and says its errors as problems.
    package static func ask<Value: Sendable>(_ question: @autoclosure () async throws(StorageError) -> Value) async throws(Problem) -> Value {
        do throws(StorageError) { return try await question() } catch { throw Problem(error) }
    }
}
