internal import Base

/// The context that new connections get: it changes when the files are read again, and connections that are open keep theirs.
package final class TLSSource: Sendable {
    private let side: TLSContext.Side
    private let files: TLSFiles
    private let protocols: [String]
    private let present: Guarded<TLSContext>

    package init(_ side: TLSContext.Side, _ files: TLSFiles, protocols: [String]) throws(TLSError) {
        self.side = side
        self.files = files
        self.protocols = protocols
        present = Guarded(try TLSContext(side, files, protocols: protocols))
    }

    package var context: TLSContext { present.withLock { $0 } }

    /// Reads the files again, for `use`; until then, and where one of them cannot be used, what was read before stays.
    package func read() throws(TLSError) -> TLSContext { try TLSContext(side, files, protocols: protocols) }

    package func use(_ next: TLSContext) { present.withLock { $0 = next } }
}
