internal import Nhss
internal import SQLiteStore

/// The identities of a registration set, kept as lines of text in their order; `!` stands before one that is barred.
struct AssociatedField: SQLValue {
    let identities: [AssociatedIdentity]

    init(_ identities: [AssociatedIdentity]) { self.identities = identities }

    var sqlCell: SQLCell { .text(identities.map { ($0.isBarred ? "!" : "") + $0.impu.text }.joined(separator: "\n")) }

    init?(sqlCell: SQLCell) {
        guard case .text(let text) = sqlCell else { return nil }
        var identities: [AssociatedIdentity] = []
        for line in text.split(separator: "\n") {
            let isBarred = line.hasPrefix("!")
            guard let impu = try? IMPU(String(isBarred ? line.dropFirst() : line)) else { return nil }
            identities.append(AssociatedIdentity(impu, isBarred: isBarred))
        }
        self.identities = identities
    }
}
