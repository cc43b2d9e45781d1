/// A step's name in a column of its own, and what there is to say of it.
enum ReportLine {
    private static let nameWidth = 15

    static func text(_ name: String, _ what: String) -> String {
        name + String(repeating: " ", count: max(1, nameWidth - name.utf8.count)) + what
    }
}
