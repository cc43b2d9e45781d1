package import Base
package import HTTPKit
package import Store

extension JSONWriter {
    package mutating func member(_ name: String, _ texts: [String]) {
        member(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    package mutating func members(of validity: Validity) {
        if let notBefore = validity.notBefore { member("notBefore", notBefore.description) }
        if let notAfter = validity.notAfter { member("notAfter", notAfter.description) }
    }

    package mutating func members(of stamp: RecordStamp) {
        member("createdAt", stamp.createdAt.description)
        member("updatedAt", stamp.updatedAt.description)
    }
}
