/// A line of the report: a name in a column of fixed width, then text.
enum ReportLine {
    private static let nameWidth = 15

    static func text(_ name: String, _ what: String) -> String {
        name + String(repeating: " ", count: max(1, nameWidth - name.utf8.count)) + what
    }
}
