/// What is to be remembered of a stream, in memory that serves one stream after the other.
protocol ReusableStream {
    init()
    /// Lets go of what belongs to the stream that is over.
    mutating func forget()
}
