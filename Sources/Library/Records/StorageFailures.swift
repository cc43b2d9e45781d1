package import Nhss
package import SQLiteStore

extension AuthFailure {
    /// Of a store that cannot be asked. Never "user not found".
    package init(_ error: SQLiteError) {
        switch error.code {
        case .overloaded: self.init(.congested, error.description, retryAfter: .seconds(1))
        default: self.init(.internalFailure, error.description)
        }
    }
}
