/// What a store found when it looked at the files and the disk, or at the server, that its records lie in.
package struct StoreExamination: Sendable {
    /// Why the records are not where they were when the store was opened; nil where they are.
    package var recordsFailure: String?
    /// Why a change could not be made durable now, or not in time; nil where it could.
    package var diskFailure: String?
    /// How long the latest trial of a durable write took; nil where none has succeeded.
    package var syncTime: Duration?
    /// The bytes of the log of changes that are not yet part of the database proper.
    package var logBytes: Int64?
    /// The bytes that are left for it.
    package var freeBytes: Int64?

    package init() {}
}
