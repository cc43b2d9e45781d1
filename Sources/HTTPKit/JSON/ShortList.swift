/// A list whose first few elements need no memory of their own: most lists have no more.
struct ShortList<Element> {
    private var first: InlineArray<8, Element>
    private var more: [Element] = []
    private(set) var count = 0

    /// - Parameter filler: takes the places of elements that are not there yet.
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
