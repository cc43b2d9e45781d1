/// Octets that must not be seen: K, OPc, XRES, CK, IK.
///
/// Prints, dumps and reflects as `<redacted>`, compares in constant time, and is wiped when the last owner lets go.
///
/// Public, because only what is public is inlined into the callers of another module: a generic function finds out about its types at run time.
public struct SecretOctets: Sendable {
    // Safety: written only before anybody else has it, wiped only when nobody has it any more, read in between.
    @usableFromInline nonisolated(unsafe) let storage: SecretStorage

    package init(_ octets: UnsafeRawBufferPointer) {
        storage = SecretStorage.make(count: octets.count) { $0.copyMemory(from: octets) }
    }

    package init(_ octets: [UInt8]) { self = octets.withUnsafeBytes { SecretOctets($0) } }

    package init(_ octets: some Collection<UInt8>) {
        storage = SecretStorage.make(count: octets.count) { $0.copyBytes(from: octets) }
    }

    /// The octets of hexadecimal text, without a copy on the way; nil where it is none.
    package init?(hex text: UnsafeRawBufferPointer) {
        var isValid = false
        storage = SecretStorage.make(count: text.count / 2) { octets in isValid = Hex.read(text, to: octets) }
        guard isValid else { return nil }
    }

    /// The same from a collection, which is copied only if its bytes do not lie in one piece.
    package init?(hex text: some Collection<UInt8>) {
        let octets = text.withContiguousStorageIfAvailable { SecretOctets(hex: UnsafeRawBufferPointer($0)) }
        guard let octets = octets ?? Array(text).withUnsafeBytes({ SecretOctets(hex: $0) }) else { return nil }
        self = octets
    }

    package var count: Int { storage.header }

    /// Lends the octets to `body`. A copy made in there is the caller's to wipe.
    @inlinable public func withOctets<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeMutablePointers { (count, octets) throws(Failure) in
            try body(UnsafeRawBufferPointer(start: octets, count: count.pointee))
        }
    }

    /// A copy as an array, where the wire or a digest needs one.
    package var octets: [UInt8] { withOctets { Array($0) } }
}

extension SecretOctets: Equatable {
    public static func == (left: SecretOctets, right: SecretOctets) -> Bool {
        left.withOctets { left in right.withOctets { ConstantTime.equal(left, $0) } }
    }
}

extension SecretOctets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
