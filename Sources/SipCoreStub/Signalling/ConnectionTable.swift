internal import Base

/// The open connections of UEs by the address of the peer, and which of them gives way to a new one.
///
/// Connections are bounded altogether and for each address. At a bound, an idle connection without a registered user is closed for the new one, of
/// the address that has the most: first one that is ending, then one that no message has come over, then the one that has been silent longest. A
/// connection with a registered user, or with a REGISTER under way, never gives way.
struct ConnectionTable {
    enum Room {
        case free, none
        /// Once this connection is closed.
        case insteadOf(SIPConnection)
    }

    private let countMax: Int
    private let perAddressMax: Int
    private var connections: [SourceAddress: [ObjectIdentifier: SIPConnection]] = [:]
    private(set) var count = 0

    init(_ limits: SipCoreLimits) {
        countMax = limits.connectionsMax
        perAddressMax = limits.connectionsPerAddressMax
    }

    var all: [SIPConnection] { connections.values.flatMap(\.values) }

    func room(for connection: SIPConnection, at now: Instant) -> Room {
        let own = connections[connection.address] ?? [:]
        let leaving: SIPConnection?
        if own.count >= perAddressMax {
            leaving = ConnectionTable.leastUseful(of: own.values, at: now)?.connection
        } else if count >= countMax {
            leaving = leastUsefulOfGreediest(besides: connection.address, at: now)
        } else {
            return .free
        }
        return leaving.map { .insteadOf($0) } ?? .none
    }

    mutating func insert(_ connection: SIPConnection) {
        if connections[connection.address, default: [:]].updateValue(connection, forKey: ObjectIdentifier(connection)) == nil { count += 1 }
    }

    mutating func remove(_ connection: SIPConnection) {
        guard connections[connection.address]?.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        count -= 1
        if connections[connection.address]?.isEmpty == true { connections[connection.address] = nil }
    }

    private typealias Candidate = (connection: SIPConnection, use: SIPConnection.Use)

    private static func leastUseful(of connections: some Sequence<SIPConnection>, at now: Instant) -> Candidate? {
        let candidates = connections.lazy.compactMap { connection in connection.use(at: now).map { (connection, $0) } }
        return candidates.min { $0.1 < $1.1 }
    }

    /// Of the address that has the most connections, counted with the new one. No address gives way to one that has more.
    private func leastUsefulOfGreediest(besides newAddress: SourceAddress, at now: Instant) -> SIPConnection? {
        let newCount = (connections[newAddress]?.count ?? 0) + 1
        var found: (count: Int, candidate: Candidate)?
        for (address, own) in connections {
            let ownCount = address == newAddress ? newCount : own.count
            guard ownCount >= newCount, ownCount >= found?.count ?? 0, let candidate = ConnectionTable.leastUseful(of: own.values, at: now) else {
                continue
            }
            if let found, found.count == ownCount, found.candidate.use < candidate.use { continue }
            found = (ownCount, candidate)
        }
        return found?.candidate.connection
    }
}
