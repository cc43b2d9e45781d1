internal import Glibc

/// Octets that must not be seen: K, OPc, XRES, CK, IK.
///
/// Prints, dumps and reflects as `<redacted>`, compares in constant time, and is wiped when the last owner lets go.
package final class SecretOctets: Sendable {
    // Safety: written only in init, wiped only in deinit, read in between; the class owns the memory alone.
    @usableFromInline nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    package init(_ octets: UnsafeRawBufferPointer) {
        storage = .allocate(byteCount: octets.count, alignment: 16)
        storage.copyMemory(from: octets)
    }

    package init(_ octets: [UInt8]) {
        storage = .allocate(byteCount: octets.count, alignment: 16)
        storage.copyBytes(from: octets)
    }

    package init(_ octets: some Collection<UInt8>) {
        storage = .allocate(byteCount: octets.count, alignment: 16)
        storage.copyBytes(from: octets)
    }

    deinit {
        if let base = storage.baseAddress { explicit_bzero(base, storage.count) }
        storage.deallocate()
    }

    package var count: Int { storage.count }

    /// Lends the octets to `body`. A copy made in there is the caller's to wipe.
    @inlinable package func withOctets<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }

    /// A copy as an array, where the wire or a digest needs one.
    package var octets: [UInt8] { Array(storage) }
}

extension SecretOctets: Equatable {
    package static func == (left: SecretOctets, right: SecretOctets) -> Bool {
        ConstantTime.equal(left.storage, right.storage)
    }
}

extension SecretOctets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

package enum ConstantTime {
    /// Whether both hold the same octets, in a time that depends on the lengths alone.
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
