package import HTTPKit

extension Response {
    /// The `cause` of the problem document that the response holds (TS 29.571 §5.2.4.1); nil where it holds none.
    package var problemCause: String? {
        guard fields.hasMediaType(Problem.mediaType) else { return nil }
        return (try? JSONValue(body))?["cause"]?.string
    }
}
