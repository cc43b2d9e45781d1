import Base
import HTTPKit
package import ServiceKit
package import Store

/// What every store promises of every kind of record, whatever it keeps them in: how changes end, and what is read after them.
///
/// It speaks to the store through the admin resource of the records, which says what their keys are and how they look.
package struct RecordContract<Resource: AdminResource>: Sendable {
    package struct Item: Sendable {
        let key: Resource.Key
        let draft: Resource.Draft

        package init(_ key: Resource.Key, _ draft: Resource.Draft) {
            self.key = key
            self.draft = draft
        }
    }

    let resource: Resource
    /// At least five, in the order of their keys, none of which contradicts another or is in the store.
    let items: [Item]

    package init(_ resource: Resource, _ items: [Item]) {
        self.resource = resource
        self.items = items
    }

    /// - Returns: a sentence for each promise that does not hold.
    package func breaches() async -> [String] {
        guard items.count >= 5 else { return ["there are not enough records to try it with"] }
        var breaches: [String] = []
        do {
            breaches += try await ofWhatIsNotThere()
            breaches += try await ofChanges()
            breaches += try await ofConditions()
            breaches += try await ofManyAtOnce()
            breaches += try await ofPages()
        } catch { breaches.append("the store failed: \(error)") }
        return breaches
    }

    private func ofWhatIsNotThere() async throws -> [String] {
        var breaches: [String] = []
        if try await resource.record(items[0].key) != nil { breaches.append("a record is found that nobody put there") }
        if case .notFound = try await resource.delete(items[0].key, .unconditional) {
        } else {
            breaches.append("a record is deleted that is not there")
        }
        if case .notFound = try await resource.delete(items[0].key, .forbidden) {
        } else {
            breaches.append("a condition is judged of a record that is not there")
        }
        return breaches
    }

    /// Created, replaced, deleted and created again: each time it is read as it was answered, and has a tag that it never had before.
    private func ofChanges() async throws -> [String] {
        var breaches: [String] = []
        let item = items[0]
        var stamps: [RecordStamp] = []
        func put(_ expected: String) async throws {
            let outcome = try await resource.put(item.draft, .unconditional)
            guard let stored = outcome.stored, outcome.name == expected else {
                return breaches.append("a record is \(outcome.name), not \(expected)")
            }
            let read = try await resource.record(item.key)
            if read.map(resource.json) != resource.json(stored) {
                breaches.append("a record that was \(expected) is read otherwise than it was answered")
            }
            if stamps.contains(where: { $0.entityTag == stored.stamp.entityTag }) { breaches.append("two states of a record have one entity tag") }
            if let last = stamps.last, last.updatedAt >= stored.stamp.updatedAt { breaches.append("a record changed before it was changed before") }
            stamps.append(stored.stamp)
        }
        try await put("created")
        for _ in 0..<3 { try await put("replaced") }
        if Set(stamps.map(\.createdAt)).count != 1 { breaches.append("a replacement changes when a record was created") }
        if case .deleted = try await resource.delete(item.key, .unconditional) {} else { breaches.append("a record is not deleted") }
        if try await resource.record(item.key) != nil { breaches.append("a deleted record is read") }
        try await put("created")
        _ = try await resource.delete(item.key, .unconditional)
        return breaches
    }

    private func ofConditions() async throws -> [String] {
        var breaches: [String] = []
        let item = items[0]
        if case .preconditionFailed = try await resource.put(item.draft, .forbidden) {} else { breaches.append("a forbidden change is made") }
        if try await resource.record(item.key) != nil { breaches.append("a forbidden change leaves a record") }
        let tag = try await resource.put(item.draft, .creating).stored.map(resource.entityTag)
        if tag == nil { breaches.append("a record that is not there is not created") }
        let before = try await resource.record(item.key).map(resource.json)
        for change in [Change.forbidden, .creating, Change(by: .tester) { $0 == ETag(version: 7) }] {
            if case .preconditionFailed = try await resource.put(item.draft, change) {} else { breaches.append("a forbidden replacement is made") }
        }
        for change in [Change.forbidden, .creating] {
            if case .preconditionFailed = try await resource.delete(item.key, change) {} else { breaches.append("a forbidden deletion is made") }
        }
        if try await resource.record(item.key).map(resource.json) != before { breaches.append("a forbidden change leaves traces") }
        if try await resource.put(item.draft, Change(by: .tester) { $0 == tag }).stored == nil { breaches.append("a condition is told another tag") }
        _ = try await resource.delete(item.key, .unconditional)
        return breaches
    }

    /// The condition is judged where nothing comes between it and the change.
    private func ofManyAtOnce() async throws -> [String] {
        let item = items[0]
        func counted(_ change: Change) async -> Int {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { (try? await resource.put(item.draft, change).stored) != nil } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        var breaches: [String] = []
        if await counted(.creating) != 1 { breaches.append("of many who create a record at once not exactly one does") }
        let tag = try await resource.record(item.key).map(resource.entityTag)
        if await counted(Change(by: .tester) { $0 == tag }) != 1 { breaches.append("of many who replace one state at once not exactly one does") }
        _ = try await resource.delete(item.key, .unconditional)
        return breaches
    }

    private func ofPages() async throws -> [String] {
        for item in items.reversed() { _ = try await resource.put(item.draft, .unconditional) }
        var expected: [[UInt8]] = []
        for item in items { if let stored = try await resource.record(item.key) { expected.append(resource.json(stored)) } }
        var found: [[UInt8]] = []
        var cursor: String?
        repeat {
            let page = try await resource.records(try resource.selection(after: cursor, Request(method: .get, path: [])), countMax: 2)
            found += page.map(resource.json)
            cursor = page.count == 2 ? page.last.map { resource.segments(of: $0.record).joined(separator: " ") } : nil
        } while cursor != nil && found.count <= items.count
        for item in items { _ = try await resource.delete(item.key, .unconditional) }
        return found == expected ? [] : ["a list that is read in pages is not all records in the order of their keys"]
    }
}

extension PutOutcome {
    /// The record as it is stored; nil where the change was not made.
    package var stored: Stored<Record>? {
        switch self {
        case .created(let stored), .replaced(let stored): stored
        case .preconditionFailed, .conflict, .invalid: nil
        }
    }

    /// The member that a refusal names.
    package var refusedParam: String? {
        switch self {
        case .conflict(let param, _), .invalid(let param, _): param
        case .created, .replaced, .preconditionFailed: nil
        }
    }

    fileprivate var name: String {
        switch self {
        case .created: "created"
        case .replaced: "replaced"
        case .preconditionFailed: "refused for a condition"
        case .conflict(let param, let reason): "in conflict: \(param) \(reason)"
        case .invalid(let param, let reason): "invalid: \(param) \(reason)"
        }
    }
}

extension DeleteOutcome {
    package var isConflict: Bool { if case .conflict = self { true } else { false } }
    package var isDeleted: Bool { if case .deleted = self { true } else { false } }
}
