package import Store

extension Author {
    /// Who makes the changes of a test that does not care.
    package static let tester = Author("tester")
}

extension Change {
    /// A change by the tester, whatever is there.
    package static let unconditional = Change(by: .tester)
    /// A change that is never allowed.
    package static let forbidden = Change(by: .tester) { _ in false }
    /// A change that only creates.
    package static let creating = Change(by: .tester) { $0 == nil }
}
