/// A list that allocates memory only for elements beyond the eighth.
struct ShortList<Element> {
    private var first: InlineArray<8, Element>
    private var more: [Element] = []
    private(set) var count = 0

    /// - Parameter filler: fills the places without an element.
    init(repeating filler: Element) { first = InlineArray(repeating: filler) }

    subscript(_ position: Int) -> Element { position < first.count ? first[position] : more[position - first.count] }

    mutating func append(_ element: Element) {
        if count < first.count { first[count] = element } else { more.append(element) }
        count += 1
    }

    mutating func removeLast(_ dropped: Int) {
        count -= dropped
        if !more.isEmpty { more.removeLast(min(dropped, more.count)) }
    }
}
