extension Ladder {
    private static let columnWidth = 14
    private static let leftMargin = 13

    private struct Signs {
        let line: Character
        let dashed: Character
        let right: Character
        let left: Character
        let life: Character
        let cross: Character

        init(_ style: Style) {
            switch style {
            case .unicode: (line, dashed, right, left, life, cross) = ("─", "╌", "▶", "◀", "│", "✗")
            case .ascii: (line, dashed, right, left, life, cross) = ("-", ".", ">", "<", "|", "X")
            }
        }
    }

    /// Draws the ladder as lines of text.
    func drawn(_ style: Style) -> String {
        let signs = Signs(style)
        let steps = Set(rows.filter { !$0.isMissing }.map(\.step)).count
        let total = rows.compactMap(\.offset).max() ?? .zero
        let result = isComplete ? "registered" : "not registered"
        var lines = ["\(trace)  \(result)  \(steps)/12  \(LadderRow.milliseconds(total)) ms"]
        lines.append(header())
        lines += rows.map { line($0, signs) }
        return lines.joined(separator: "\n")
    }

    private func header() -> String {
        var text = [Character](repeating: " ", count: Ladder.leftMargin + columns.count * Ladder.columnWidth)
        put("    ms step", at: 0, in: &text)
        for (index, column) in columns.enumerated() { put(column.title, at: max(0, position(index) - column.title.count / 2), in: &text) }
        return trimmed(text)
    }

    private func line(_ row: LadderRow, _ signs: Signs) -> String {
        var text = [Character](repeating: " ", count: Ladder.leftMargin + columns.count * Ladder.columnWidth)
        let time = row.offset.map(LadderRow.milliseconds) ?? ""
        put(padded(time, 6) + padded("\(row.step)", 5), at: 0, in: &text)
        for index in columns.indices { text[position(index)] = signs.life }
        if let from = index(row.from), let to = index(row.to) {
            if row.isNote {
                text[position(from)] = row.isMissing ? "?" : row.hasFailed ? signs.cross : "*"
            } else {
                arrow(row, from, to, signs, &text)
            }
        }
        return trimmed(text) + "  " + row.remark
    }

    private func arrow(_ row: LadderRow, _ from: Int, _ to: Int, _ signs: Signs, _ text: inout [Character]) {
        let (left, right) = (position(min(from, to)) + 1, position(max(from, to)) - 1)
        for place in left...right { text[place] = row.isMissing ? signs.dashed : signs.line }
        if from < to { text[right] = signs.right } else { text[left] = signs.left }
        let label = row.hasFailed && [2, 4, 5].contains(row.step) ? "\(row.label) \(signs.cross)" : row.label
        let room = right - left - 1
        if label.count <= room { put(label, at: left + 1 + (room - label.count) / 2, in: &text) }
    }

    private func index(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
    private func position(_ index: Int) -> Int { Ladder.leftMargin + index * Ladder.columnWidth }

    private func put(_ text: String, at start: Int, in line: inout [Character]) {
        for (offset, character) in text.enumerated() where start + offset < line.count { line[start + offset] = character }
    }

    private func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

    private func trimmed(_ text: [Character]) -> String {
        String(text[..<(text.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)])
    }
}
