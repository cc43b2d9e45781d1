package import HTTPKit
package import Store

/// One kind of record that operators provision, in a collection of its own. A type that conforms says what is particular to its records;
/// `AdminRouter.add` does what all kinds have in common: entity tags, preconditions, pages and status codes.
///
///     struct BindingResource: AdminResource {
///         static let path = "/admin/v1/bindings"
///         static let listMember = "bindings"
///         let store: any BindingStore
///
///         func record(_ partnerImpi: IMPI) async throws(StoreFailure) -> Stored<Binding>? { try await store.binding(of: partnerImpi) }
///         …
///     }
package protocol AdminResource: Sendable {
    associatedtype Record: Sendable
    /// What names one record in the collection.
    associatedtype Key: Sendable
    /// What the content of a request says: the whole record, or the part that a store completes from what is there.
    associatedtype Draft: Sendable = Record
    /// Which records a list is to show: those after a cursor, and of them perhaps only some.
    associatedtype Selection: Sendable

    /// Where the collection is: `/admin/v1/bindings`.
    static var path: String { get }
    /// The member of a list that holds the records: `bindings`.
    static var listMember: String { get }
    /// The query parameters by which a list can be narrowed, besides `limit` and `cursor`.
    static var filters: [String] { get }

    /// The segments of a path that name a record, below the collection's. With spaces between them they are also the cursor of a list.
    func segments(of record: Record) -> [String]
    func json(_ stored: Stored<Record>) -> [UInt8]
    /// Of the bytes that `json` makes: it differs whenever they do. The store judges conditions by the same tag.
    func entityTag(_ stored: Stored<Record>) -> ETag

    /// - Parameter cursor: as it was given out with the page before; nil for the first page.
    /// - Throws: 400 for a cursor or a filter that cannot be.
    func selection(after cursor: String?, _ request: Request) throws(Problem) -> Selection
    /// In the order of their cursors.
    func records(_ selection: Selection, countMax: Int) async throws(StoreFailure) -> [Stored<Record>]
    func record(_ key: Key) async throws(StoreFailure) -> Stored<Record>?

    /// Reads what a request wants a record to be. The content may have come by itself or as one of many.
    ///
    /// - Parameter current: the record that is there, as it was a moment ago.
    /// - Throws: 400 with everything that is wrong.
    func draft(_ body: inout AdminBody, at key: Key, replacing current: Stored<Record>?) throws(Problem) -> Draft
    func put(_ draft: Draft, _ change: Change) async throws(StoreFailure) -> PutOutcome<Record>
    func delete(_ key: Key, _ change: Change) async throws(StoreFailure) -> DeleteOutcome
}

extension AdminResource {
    package func entityTag(_ stored: Stored<Record>) -> ETag { stored.stamp.entityTag }
}

extension AdminResource where Selection == RecordSelection {
    package static var filters: [String] { ["enabled"] }

    package func selection(after cursor: String?, _ request: Request) throws(Problem) -> RecordSelection {
        RecordSelection(after: cursor ?? "", enabled: try request.queryBool("enabled"))
    }
}
