/// A record as it lies in the store, or as it comes out of a change.
package struct Stored<Record: Sendable>: Sendable {
    package let record: Record
    package let stamp: RecordStamp

    package init(_ record: Record, _ stamp: RecordStamp) {
        self.record = record
        self.stamp = stamp
    }
}
