internal import Glibc

/// The memory of secret octets, in one piece with its count.
@usableFromInline final class SecretStorage: ManagedBuffer<Int, UInt8> {
    static func make(count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) -> SecretStorage {
        let storage = create(minimumCapacity: count) { _ in count }
        storage.withUnsafeMutablePointerToElements { write(UnsafeMutableRawBufferPointer(start: $0, count: count)) }
        // Safety: `create` makes an instance of the class that it is called on.
        return unsafeDowncast(storage, to: SecretStorage.self)
    }

    deinit { withUnsafeMutablePointers { count, octets in explicit_bzero(octets, count.pointee) } }
}
