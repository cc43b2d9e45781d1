/// The administrator who makes a change, as the admin listener identified them.
package struct Author: Sendable, Hashable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) { self.name = name }

    package var description: String { name }
}
