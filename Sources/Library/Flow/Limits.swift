/// The bounds of this module.
enum Limits {
    /// Of each text of an event.
    static let textBytesMax = 256
    /// Events that are read from one answer; a service keeps fewer.
    static let eventsReadMax = 16_384
}
