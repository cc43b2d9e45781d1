package enum LogFormat: String, Sendable {
    /// Each line is a JSON object with `ts`, `level`, `msg`, `service` and the metadata.
    case json
    case text
}
