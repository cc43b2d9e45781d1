package import Nhss

/// The notices of one asker to one address. They wait for one another, and for nobody else's.
package struct CallbackLane: Sendable, Hashable {
    package let asker: SystemID
    package let uri: String

    package init(asker: SystemID, uri: String) {
        self.asker = asker
        self.uri = uri
    }
}

extension Callback {
    package var lane: CallbackLane { CallbackLane(asker: asker, uri: uri) }
}
