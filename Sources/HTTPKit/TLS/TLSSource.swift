internal import Base

/// The context for new connections. It changes when the files are read again; open connections keep theirs.
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

    /// Reads the files again, for `use`. The present context stays until then, and if one of the files cannot be used.
    package func read() throws(TLSError) -> TLSContext { try TLSContext(side, files, protocols: protocols) }

    package func use(_ next: TLSContext) { present.withLock { $0 = next } }
}
