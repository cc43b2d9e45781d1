/// The time in which a record is valid. Both ends belong to it, and either may be open.
package struct Validity: Sendable, Equatable {
    package let notBefore: Timestamp?
    package let notAfter: Timestamp?

    package init(notBefore: Timestamp? = nil, notAfter: Timestamp? = nil) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    package func contains(_ moment: Timestamp) -> Bool {
        if let notBefore, moment < notBefore { return false }
        if let notAfter, moment > notAfter { return false }
        return true
    }
}
