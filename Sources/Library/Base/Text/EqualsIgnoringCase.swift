extension UnsafeRawBufferPointer {
    /// Whether both are the same text apart from the case of ASCII letters.
    @inlinable @inline(__always) package func equalsIgnoringCase(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        var position = 0
        while count - position >= 16 {
            let (left, right) = (
                loadUnaligned(fromByteOffset: position, as: ByteBlock.self), other.loadUnaligned(fromByteOffset: position, as: ByteBlock.self)
            )
            guard left.equalsIgnoringCase(right) else { return false }
            position += 16
        }
        return lastBytes(from: position).equalsIgnoringCase(other.lastBytes(from: position))
    }

    @inlinable @inline(__always) package func equalsIgnoringCase(_ text: StaticString) -> Bool { equalsIgnoringCase(text.view) }
}

extension Collection<UInt8> {
    /// Whether both are the same text apart from the case of ASCII letters.
    package func equalsIgnoringCase(_ other: some Collection<UInt8>) -> Bool {
        // Arrays, slices of them and the UTF-8 of strings lie in one piece of memory, which is compared sixteen bytes a step.
        let isEqual = withContiguousStorageIfAvailable { mine in
            other.withContiguousStorageIfAvailable { UnsafeRawBufferPointer(mine).equalsIgnoringCase(UnsafeRawBufferPointer($0)) }
        }
        return (isEqual ?? nil) ?? elementsEqual(other) { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    package func equalsIgnoringCase(_ text: StaticString) -> Bool { equalsIgnoringCase(text.view) }
}

extension ByteBlock {
    @inlinable @inline(__always) package func equalsIgnoringCase(_ other: ByteBlock) -> Bool {
        let different = (lowercased ^ other.lowercased).words
        return different[0] | different[1] == 0
    }

    /// The letters of ASCII in lower case.
    @inlinable @inline(__always) package var lowercased: ByteBlock {
        self | (isUpperCase & ~self & ByteBlock(all: 0x80)) &>> ByteBlock(all: 2)
    }
}
