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

    /// The value, if it was written as an integer and fits.
    package var int: Int? { isInteger ? Int(text) : nil }
}
