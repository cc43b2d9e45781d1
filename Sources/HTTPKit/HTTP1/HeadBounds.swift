/// Where in the bytes a head that is complete has its parts.
struct HeadBounds {
    /// Without its CRLF; empty where the head is nothing but an empty line.
    let startLine: Range<Int>
    /// Whole lines, each with its CRLF.
    let fieldLines: Range<Int>
    let fieldCount: Int
    /// Of the head with its empty line.
    let byteCount: Int
}
