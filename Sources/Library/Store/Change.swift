/// What a store is told about a change besides its content: who makes it, and the condition under which it may be made.
///
///     try await store.put(binding, Change(by: author) { current in current == nil })    // creates only
package struct Change: Sendable {
    /// Answers whether the change may be made, given the entity tag of what is there now, or nil where nothing is.
    ///
    /// The store asks within the transaction, so that nothing comes between the answer and the change. It may ask more than once.
    package typealias Precondition = @Sendable (_ current: ETag?) -> Bool

    package let author: Author
    package let isAllowed: Precondition

    package init(by author: Author, if isAllowed: @escaping Precondition = { _ in true }) {
        self.author = author
        self.isAllowed = isAllowed
    }
}
