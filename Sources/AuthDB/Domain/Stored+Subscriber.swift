internal import AKA
internal import Base
internal import Store

extension Stored where Record == Subscriber {
    /// Of the subscriber as it is read: of what an operator wrote, and of the sequence number, which goes on with every vector.
    var entityTag: ETag { ETag(version: Int(stamp.updatedAt.microsecondsSince1970), number: record.sqn.value) }
}
