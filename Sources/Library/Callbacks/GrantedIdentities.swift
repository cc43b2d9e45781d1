package import Nhss

/// The public identities that an answer lets a user be registered with: what a change of the records takes away ends the registration.
package struct GrantedIdentities: Sendable, Equatable {
    package let identities: [AssociatedIdentity]

    package init(_ identities: [AssociatedIdentity] = []) { self.identities = identities }

    /// Whether all these identities are still granted, and none of them is barred that was not.
    package func isWithin(_ others: GrantedIdentities) -> Bool {
        identities.allSatisfy { identity in others.identities.contains { $0.impu == identity.impu && (identity.isBarred || !$0.isBarred) } }
    }

    /// These and the others. An identity that one of the two does not bar is not barred: so it is missed when it is barred.
    package func union(_ others: GrantedIdentities) -> GrantedIdentities {
        var all = identities
        for identity in others.identities {
            guard let index = all.firstIndex(where: { $0.impu == identity.impu }) else {
                if all.count < CallbackLimits.identitiesMax { all.append(identity) }
                continue
            }
            if !identity.isBarred { all[index] = identity }
        }
        return GrantedIdentities(all)
    }
}
