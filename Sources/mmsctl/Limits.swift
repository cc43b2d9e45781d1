/// The bounds of this program.
enum Limits {
    /// The time that a service has to answer.
    static let answerTime = Duration.seconds(5)
    /// Traces that are asked of each service, the most that it lists.
    static let tracesMax = 1_000
    /// The columns of a ladder and of the lines below it.
    static let lineColumnsMax = 80
}
