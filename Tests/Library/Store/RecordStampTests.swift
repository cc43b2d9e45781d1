import Base
import Store
import Testing

@Suite struct RecordStampTests {
    private static func time(_ microseconds: Int64) -> Timestamp { Timestamp(microsecondsSince1970: microseconds) }

    @Test func `a record that is made anew has one time for both`() {
        #expect(RecordStamp.changing(nil, at: Self.time(7)) == RecordStamp(createdAt: Self.time(7), updatedAt: Self.time(7)))
    }

    @Test func `a change keeps the time of creation`() {
        let made = RecordStamp.changing(nil, at: Self.time(7))
        #expect(RecordStamp.changing(made, at: Self.time(9)) == RecordStamp(createdAt: Self.time(7), updatedAt: Self.time(9)))
    }

    @Test(arguments: [7, 6, 0, -1] as [Int64]) func `entity tags differ also where the clock stands or goes back`(_ microseconds: Int64) {
        let made = RecordStamp.changing(nil, at: Self.time(7))
        let changed = RecordStamp.changing(made, at: Self.time(microseconds))
        #expect(changed.updatedAt == Self.time(8))
        #expect(changed.entityTag != made.entityTag)
    }
}

@Suite struct ETagTests {
    @Test func `an entity tag is quoted, and tells contents apart`() {
        #expect(ETag(version: 12).description == "\"v12\"")
        #expect(ETag(content: [1, 2]) == ETag(content: [1, 2]))
        #expect(ETag(content: [1, 2]) != ETag(content: [2, 1]))
        #expect(ETag(content: []).description.first == "\"")
    }
}
