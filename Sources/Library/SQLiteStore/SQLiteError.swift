/// Why the store did not do what it was asked.
///
/// Two errors are equal when their codes are. Neither `reason` nor `place` ever holds a value that was bound to a
/// statement: both are made from texts of this program and of SQLite alone, and may go to the log.
public struct SQLiteError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// Another process, or another `Database` of this one, has the file.
        case busyOrLocked
        /// A unique rule or primary key: `rule` names its columns (`table.column`), or the index if it has expressions.
        case constraintUnique
        /// A CHECK rule or a trigger: `rule` names it.
        case constraintCheck
        /// A NOT NULL rule: `rule` names the column.
        case constraintNotNull
        /// A reference to a row that is not there, or a row that is still referred to.
        case constraintForeignKey
        /// A column holds, or would hold, another type than the one asked for.
        case wrongType
        /// The disk, or the database's own page limit, is used up.
        case full
        /// The disk failed: what it holds is not known.
        case ioError
        /// The file is damaged, or is no SQLite database.
        case corrupt
        /// The file is a database of another program or of another service.
        case foreign
        /// The file was written by a later version of this program.
        case schemaTooNew
        case cannotOpen
        /// Others than its owner may read or write the file, or one that belongs to it.
        case openToOthers
        /// SQLite did not take a setting that the promises of this module rest on.
        case settingRefused
        case outOfMemory
        /// A value, a statement or a result is larger than `DatabaseLimits` allows.
        case tooLarge
        /// More calls wait than `DatabaseLimits.queuedCallsMax`.
        case overloaded
        /// `close()` was called before.
        case closed
        /// A commit failed before: nothing is done any more until the process starts again.
        case failed
        /// This program asked for something that makes no sense.
        case misuse
    }

    package let code: Code
    /// For the log.
    package let reason: String
    /// The label of the call and the statement's text, for the log.
    package let place: String
    /// What a broken constraint is called: see the codes.
    package let rule: [String]

    package init(_ code: Code, _ reason: String, place: String = "", rule: [String] = []) {
        self.code = code
        self.reason = reason
        self.place = place
        self.rule = rule
    }
}

extension SQLiteError: Equatable {
    public static func == (left: SQLiteError, right: SQLiteError) -> Bool { left.code == right.code }
}

extension SQLiteError: CustomStringConvertible {
    public var description: String {
        place.isEmpty ? "\(code.rawValue): \(reason)" : "\(code.rawValue): \(reason) (\(place))"
    }
}
