/// Where the parts of a complete head lie.
struct HeadBounds {
    /// The start line without its CRLF; empty where the head is only an empty line.
    let startLine: Range<Int>
    /// The field lines, each with its CRLF.
    let fieldLines: Range<Int>
    let fieldCount: Int
    /// The length of the head with the empty line that ends it.
    let byteCount: Int
}
