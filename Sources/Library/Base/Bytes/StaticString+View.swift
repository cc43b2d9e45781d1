extension StaticString {
    /// The text's bytes. The text is ASCII or other UTF-8, not a single Unicode scalar.
    @inlinable @inline(__always) package var view: UnsafeRawBufferPointer {
        // Safety: the buffer of a static string lives as long as the program and is only read.
        UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
