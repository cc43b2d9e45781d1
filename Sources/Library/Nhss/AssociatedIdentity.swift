/// A public identity that is registered together with another one (the implicit registration set of TS 24.229 §5.4.1.2.2).
package struct AssociatedIdentity: Sendable, Hashable {
    package let impu: IMPU
    /// Whether the user may not be reached or named by it. It belongs to the set and is never published (TS 24.229 §5.4.1.2.2).
    package let isBarred: Bool

    package init(_ impu: IMPU, isBarred: Bool = false) {
        self.impu = impu
        self.isBarred = isBarred
    }
}
