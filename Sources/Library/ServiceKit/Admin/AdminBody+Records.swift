package import Base
internal import HTTPKit

extension AdminBody {
    /// The read-only members every record shows.
    package mutating func stamp() {
        readOnly("createdAt")
        readOnly("updatedAt")
    }

    /// `notBefore` and `notAfter`, each of which a record keeps until a request names it.
    package mutating func validity(replacing current: Validity?) -> Validity {
        let validity = Validity(
            notBefore: kept("notBefore", current?.notBefore) { $0.optionalTimestamp("notBefore") },
            notAfter: kept("notAfter", current?.notAfter) { $0.optionalTimestamp("notAfter") })
        if let notBefore = validity.notBefore, let notAfter = validity.notAfter, notAfter < notBefore { note("notAfter", "is before notBefore") }
        return validity
    }

    /// `enabled`: true for a new record, and as it is for one that is there, where the request does not say.
    package mutating func enabled(replacing current: Bool?) -> Bool { bool("enabled", default: current ?? true) }
}
