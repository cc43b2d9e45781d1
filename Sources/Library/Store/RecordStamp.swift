package import Base

/// When a provisioned record was made and last changed. The second is also its version: it grows with every change, so an
/// entity tag made of it never stands for two contents, also when a record is deleted and made again.
package struct RecordStamp: Sendable, Equatable {
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    package init(createdAt: Timestamp, updatedAt: Timestamp) {
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The stamp of a change made now.
    package static func changing(_ previous: RecordStamp?, at now: Timestamp) -> RecordStamp {
        guard let previous else { return RecordStamp(createdAt: now, updatedAt: now) }
        let later = Timestamp(microsecondsSince1970: previous.updatedAt.microsecondsSince1970 + 1)
        return RecordStamp(createdAt: previous.createdAt, updatedAt: max(now, later))
    }

    package var entityTag: ETag { ETag(version: Int(updatedAt.microsecondsSince1970)) }
}
