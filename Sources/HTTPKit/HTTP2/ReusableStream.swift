/// The state of a stream, in memory that serves one stream after the other.
protocol ReusableStream {
    init()
    /// Releases the data of the stream that has ended.
    mutating func forget()
}
