/// Colours of a terminal, or none.
struct Palette {
    private let isColoured: Bool

    static let plain = Palette(isTerminal: false) { _ in nil }

    /// There is colour on a terminal only, and none where `NO_COLOR` is set and not empty (no-color.org).
    init(isTerminal: Bool, environment: (String) -> String?) {
        isColoured = isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    func good(_ text: String) -> String { paint(text, "32") }
    func bad(_ text: String) -> String { paint(text, "31") }
    func doubtful(_ text: String) -> String { paint(text, "33") }
    func faint(_ text: String) -> String { paint(text, "2") }

    private func paint(_ text: String, _ code: String) -> String { isColoured ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
}
