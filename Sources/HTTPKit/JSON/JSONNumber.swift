/// A JSON number as it was written, without the rounding of `Double`.
package struct JSONNumber: Sendable, Hashable {
    /// A number of RFC 8259 §6.
    package let text: String
    /// Whether it was written without fraction and exponent.
    package let isInteger: Bool

    init(checked text: String, isInteger: Bool) {
        self.text = text
        self.isInteger = isInteger
    }

    package init(_ int: Int) { self.init(checked: String(int), isInteger: true) }

    /// The value, if it is an integer and fits. `1.0` and `1e2` are integers, too (JSON Schema 2020-12, Validation §6.1.1).
    package var int: Int? { isInteger ? Int(text) : integerOfFraction }

    /// The value of a number that was written with a fraction or an exponent.
    private var integerOfFraction: Int? {
        var mantissa = text.utf8[...]
        var exponent = 0
        if let mark = mantissa.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let written = Int(Substring(mantissa[mantissa.index(after: mark)...])) else { return nil }
            exponent = written
            mantissa = mantissa[..<mark]
        }
        var digits = Array(mantissa.prefix { $0 != UInt8(ascii: ".") })
        let fraction = mantissa.dropFirst(digits.count + 1)
        digits += fraction
        exponent -= fraction.count
        // Zeros at the end change nothing as long as they stand right of the point.
        while exponent < 0, digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "-") }
        if isZero { return 0 }
        guard 0...JSONNumber.exponentMax ~= exponent else { return nil }
        digits += repeatElement(UInt8(ascii: "0"), count: exponent)
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// A greater power of ten does not fit into 64 bits.
    private static let exponentMax = 18
}
