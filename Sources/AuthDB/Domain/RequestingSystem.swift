internal import AKA
internal import Nhss
internal import SQLiteStore

/// The system that a vector is for: the home itself, or the one the user is visiting.
///
/// Each has its own slot of the USIM's array, so that vectors of two systems may be used in any order
/// (TS 33.102 Annex C.3.4, TS 33.203 Annex G).
enum RequestingSystem: Hashable, Sendable {
    case home
    case visited(SystemID)

    /// A user who visits the home system is at home.
    init(visited system: SystemID?, ownSystem: SystemID) {
        if let system, system != ownSystem { self = .visited(system) } else { self = .home }
    }

    static let homeSlot = IND.zero
    /// Slots 1 to 15 are left for other domains of the home.
    static let visitedSlots = IND.all[16...]
    /// The slot of all systems beyond those that have a slot of their own.
    static let sharedSlot = IND.last
}

/// The home is the empty text, which is no system's name.
extension RequestingSystem: SQLValue {
    var sqlCell: SQLCell {
        switch self {
        case .home: .text("")
        case .visited(let system): .text(system.text)
        }
    }

    init?(sqlCell: SQLCell) {
        guard case .text(let text) = sqlCell else { return nil }
        if text.isEmpty {
            self = .home
        } else {
            guard let system = try? SystemID(text) else { return nil }
            self = .visited(system)
        }
    }
}
