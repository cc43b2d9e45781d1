internal import Nhss
internal import ServiceKit

/// The bindings and the primary systems they lead to. What is written is on disk when a method returns.
protocol BindingStore: Sendable {
    /// The binding of a partner private identity with its primary system, or nil.
    func binding(of partnerImpi: IMPI) async throws(AuthFailure) -> (Binding, PrimarySystem)?
}
