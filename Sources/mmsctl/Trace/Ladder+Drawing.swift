internal import Base

/// A ladder as lines of text, 80 columns wide at most.
extension Ladder {
    private static let columnWidth = 11
    private static let leftMargin = 12
    private static let remarkGap = 2

    private struct Signs {
        let line: Character
        let dashed: Character
        let dotted: Character
        let right: Character
        let left: Character
        let life: Character
        let cross: Character

        init(_ style: Style) {
            switch style {
            case .unicode: (line, dashed, dotted, right, left, life, cross) = ("─", "╌", "·", "▶", "◀", "│", "✗")
            case .ascii: (line, dashed, dotted, right, left, life, cross) = ("-", "~", ".", ">", "<", "|", "X")
            }
        }
    }

    func drawn(_ style: Style, _ palette: Palette = .plain) -> String {
        let signs = Signs(style)
        var lines = [title(palette)]
        if !identities.isEmpty { lines += Ladder.wrapped("of \(identities.joined(separator: ", at home "))") }
        lines += header()
        lines += rows.map { painted(line($0, signs), $0, palette) }
        lines += ending(signs).map { verdict.isGood ? palette.good($0) : stop == nil ? palette.doubtful($0) : palette.bad($0) }
        return lines.joined(separator: "\n")
    }

    private func title(_ palette: Palette) -> String {
        let steps = Set(rows.filter { $0.gap == nil }.map(\.step)).count
        let total = rows.compactMap(\.offset).max() ?? .zero
        let result = verdict.isGood ? palette.good(verdict.title) : stop == nil ? palette.doubtful(verdict.title) : palette.bad(verdict.title)
        return "\(trace)  \(result)  \(steps)/12  \(LadderRow.milliseconds(total)) ms"
    }

    /// The lines below the arrows.
    private func ending(_ signs: Signs) -> [String] {
        switch verdict {
        case .registered, .deregistered: []
        case .refused, .failed: stop.map { Ladder.wrapped("\(signs.cross) \($0.line)") } ?? []
        case .unfinished(let reason), .notKnown(let reason): Ladder.wrapped("\(verdict.title): \(reason)")
        }
    }

    private func header() -> [String] {
        var upper = blank(), lower = blank()
        put("   ms step", at: 0, in: &lower)
        for (index, party) in parties.enumerated() {
            put(party.title.0, at: max(0, position(index) - party.title.0.count / 2), in: &upper)
            put(party.title.1, at: max(0, position(index) - party.title.1.count / 2), in: &lower)
        }
        return [trimmed(upper), trimmed(lower)]
    }

    private func line(_ row: LadderRow, _ signs: Signs) -> String {
        var text = blank()
        let time = row.offset.map(LadderRow.milliseconds) ?? ""
        put(padded(time, 6) + padded("\(row.step)", 4), at: 0, in: &text)
        for index in parties.indices { text[position(index)] = signs.life }
        if let from = parties.firstIndex(of: row.place.from), let to = parties.firstIndex(of: row.place.to) {
            if from == to {
                text[position(from)] = row.gap != nil ? "?" : row.isMarked ? signs.cross : "*"
                if row.gap == .neverSent { text[position(from)] = signs.life }
            } else if row.gap != .neverSent {
                arrow(row, from, to, signs, &text)
            }
        }
        let end = position(parties.count - 1) + 1
        return row.remark.isEmpty ? trimmed(text) : String(text[..<end]) + String(repeating: " ", count: Ladder.remarkGap - 1) + row.remark
    }

    private func arrow(_ row: LadderRow, _ from: Int, _ to: Int, _ signs: Signs, _ text: inout [Character]) {
        let (left, right) = (position(min(from, to)) + 1, position(max(from, to)) - 1)
        let line = row.gap == nil ? signs.line : row.gap == .noRecord ? signs.dashed : signs.dotted
        for place in left...right { text[place] = line }
        let isRight = from < to
        text[isRight ? right : left] = row.isMarked ? signs.cross : isRight ? signs.right : signs.left
        let room = right - left
        guard row.label.count <= room else { return }
        put(row.label, at: (isRight ? left : left + 1) + (room - row.label.count) / 2, in: &text)
    }

    private func painted(_ line: String, _ row: LadderRow, _ palette: Palette) -> String {
        switch row.gap {
        case .notAsked, .neverSent: palette.faint(line)
        case .noRecord: palette.doubtful(line)
        case nil: row.isMarked ? palette.bad(line) : line
        }
    }

    private func position(_ index: Int) -> Int { Ladder.leftMargin + index * Ladder.columnWidth }
    private func blank() -> [Character] { [Character](repeating: " ", count: Limits.lineColumnsMax) }

    private func put(_ text: String, at start: Int, in line: inout [Character]) {
        for (offset, character) in text.enumerated() where start + offset < line.count { line[start + offset] = character }
    }

    private func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

    private func trimmed(_ text: [Character]) -> String {
        String(text[..<(text.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)])
    }

    /// Breaks a text between words where it is longer than a line; a word that is longer still is broken anywhere.
    static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        var line: [Character] = []
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > Limits.lineColumnsMax {
                lines.append(String(line))
                line = [" ", " "]
            } else if !line.isEmpty {
                line.append(" ")
            }
            line += word
            while line.count > Limits.lineColumnsMax {
                lines.append(String(line.prefix(Limits.lineColumnsMax)))
                line = [" ", " "] + line.dropFirst(Limits.lineColumnsMax)
            }
        }
        return line.isEmpty ? lines : lines + [String(line)]
    }
}
