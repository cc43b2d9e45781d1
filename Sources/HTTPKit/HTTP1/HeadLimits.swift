/// The bounds of a message's head.
struct HeadLimits {
    let headBytesMax: Int
    let startLineBytesMax: Int
    let fieldCountMax: Int
}
