package import Nhss
package import Store

extension AuthFailure {
    /// Of a question whose answer is in a store that could not be asked. Never "user not found".
    package init(_ failure: StoreFailure) {
        switch failure.code {
        case .overloaded: self.init(.congested, failure.description, retryAfter: .seconds(1))
        case .full, .unavailable, .failed, .damaged, .misuse: self.init(.internalFailure, failure.description)
        }
    }
}
