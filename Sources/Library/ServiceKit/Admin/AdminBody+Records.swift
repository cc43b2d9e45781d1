package import Base
internal import HTTPKit
package import Store

extension AdminBody {
    /// The read-only members every record shows.
    package mutating func stamp(current: RecordStamp?) {
        readOnly("createdAt", current: current.map { .string($0.createdAt.description) })
        readOnly("updatedAt", current: current.map { .string($0.updatedAt.description) })
    }

    /// `notBefore` and `notAfter`.
    package mutating func validity() -> Validity {
        let validity = Validity(notBefore: optionalTimestamp("notBefore"), notAfter: optionalTimestamp("notAfter"))
        if let notBefore = validity.notBefore, let notAfter = validity.notAfter, notAfter < notBefore { note("notAfter", "is before notBefore") }
        return validity
    }
}
