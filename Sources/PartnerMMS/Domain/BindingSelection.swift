internal import Nhss

/// Which bindings a list is to show: those after a cursor, and of them those that have every member that is named here.
struct BindingSelection: Sendable {
    /// A partner private identity; "" is before all of them.
    var after = ""
    var primaryImpi: IMPI?
    var primarySystemID: SystemID?
    /// A public identity of either side.
    var impu: IMPU?
    var enabled: Bool?

    func includes(_ binding: Binding) -> Bool {
        if binding.partnerImpi.text <= after { return false }
        if let primaryImpi, binding.primaryImpi != primaryImpi { return false }
        if let primarySystemID, binding.primarySystemID != primarySystemID { return false }
        if let impu, !binding.publicIdentities.contains(where: { $0.partner == impu || $0.primary == impu }) { return false }
        return enabled.map { $0 == binding.enabled } ?? true
    }
}
