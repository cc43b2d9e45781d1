package import Callbacks
internal import Nhss
package import SQLiteStore

/// A line for each identity; of a barred one it begins with `!`, which no URI does.
extension GrantedIdentities: SQLValue {
    private static let barred = "!"

    package var sqlCell: SQLCell {
        .text(identities.map { ($0.isBarred ? GrantedIdentities.barred : "") + $0.impu.text }.joined(separator: "\n"))
    }

    package init?(sqlCell: SQLCell) {
        guard case .text(let text) = sqlCell else { return nil }
        var identities: [AssociatedIdentity] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let isBarred = line.first == GrantedIdentities.barred.utf8.first
            guard let impu = try? IMPU(Array(isBarred ? line.dropFirst() : line)) else { return nil }
            identities.append(AssociatedIdentity(impu, isBarred: isBarred))
        }
        self.init(identities)
    }
}
