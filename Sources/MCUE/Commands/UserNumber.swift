/// The `{n}` in the value of a flag, which stands for the number of a user.
enum UserNumber {
    private static let mark = Array("{n}".utf8)

    static func stands(in text: String) -> Bool { expand(text, 0) != text }

    static func expand(_ text: String, _ number: Int) -> String {
        var expanded: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            if rest.starts(with: mark) {
                expanded += String(number).utf8
                rest = rest.dropFirst(mark.count)
            } else {
                expanded.append(rest.removeFirst())
            }
        }
        return String(decoding: expanded, as: UTF8.self)
    }
}
