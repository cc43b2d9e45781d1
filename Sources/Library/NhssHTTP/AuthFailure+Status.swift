package import HTTPKit
package import Nhss

extension AuthFailure {
    /// The status a failure has between hops.
    package var status: Status { problem.status }
}
