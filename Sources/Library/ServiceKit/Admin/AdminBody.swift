internal import Base
package import HTTPKit
package import SBI

/// Reads the JSON object of an administration request strictly, and collects everything that is wrong with it.
///
///     var body = try AdminBody(request)         // or AdminBody(bytes), of content that came as one of many
///     let algorithm = body.string("algorithm", among: ["MILENAGE", "TUAK"])
///     let impus = body.strings("impus", default: [])
///     try body.finish()          // 400 with all invalidParams; unknown members are among them
///
/// A reader answers with something harmless where the member is wrong, so that the next can be read; nothing of it is to be
/// used before `finish`. Reasons never repeat a value: values may be secret. An explicit null counts as absent.
package struct AdminBody: Sendable {
    private let object: JSONObject
    /// Whether this is what a PATCH makes of a record, so that members may stand here that only a PATCH has.
    package let isPatched: Bool
    /// JSON Pointer to this object: "" is the whole body.
    private let path: String
    private var known: [String] = []
    package private(set) var invalidParams: [InvalidParam] = []

    /// - Throws: 415 for another media type, 400 for what is not one JSON object.
    package init(_ request: Request) throws(Problem) {
        try AdminBody.checkMediaType(request)
        try self.init(request.body)
    }

    /// - Throws: 415
    static func checkMediaType(_ request: Request) throws(Problem) {
        guard request.hasMediaType("application/json") else {
            throw Problem(.unsupportedMediaType, detail: "the body is not application/json", fields: ["Accept": "application/json"])
        }
    }

    /// - Throws: 400 for what is not one JSON object.
    package init(_ bytes: [UInt8]) throws(Problem) { self.init(try AdminBody.object(bytes), path: "", isPatched: false) }

    /// What a merge patch makes of a record (RFC 7396). A member of the record that the patch removes is there as null.
    ///
    /// - Parameter record: as it is read.
    init(patching record: JSONObject, with patch: JSONObject) {
        self.init(record.merged(with: patch, keepingNull: true), path: "", isPatched: true)
    }

    /// - Throws: 400 for what is not one JSON object.
    static func object(_ bytes: [UInt8]) throws(Problem) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(bytes) } catch {
            let invalid = InvalidParam(param: error.path, reason: error.reason)
            throw Problem(
                .badRequest, detail: "the body is refused at byte \(error.offset): \(error.reason)", cause: "INVALID_MSG_FORMAT",
                invalidParams: error.path.isEmpty ? [] : [invalid])
        }
        guard let object = value.object else { throw Problem(.badRequest, detail: "the body is not a JSON object", cause: "INVALID_MSG_FORMAT") }
        return object
    }

    private init(_ object: JSONObject, path: String, isPatched: Bool) {
        self.object = object
        self.path = path
        self.isPatched = isPatched
    }

    /// Records something wrong that only the caller can see.
    package mutating func note(_ name: String, _ reason: String) {
        invalidParams.append(InvalidParam(param: pointer(name), reason: reason))
    }

    /// The member, of whatever type; nil where it is absent or null.
    package mutating func member(_ name: String) -> JSONValue? {
        if !known.contains(name) { known.append(name) }
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    /// Whether the member is there, be it null.
    mutating func names(_ name: String) -> Bool {
        if !known.contains(name) { known.append(name) }
        return object[name] != nil
    }

    /// The member, noting where it is missing.
    mutating func requiredMember(_ name: String) -> JSONValue? {
        let value = member(name)
        if value == nil { note(name, AdminBody.missing) }
        return value
    }

    /// Ends the reading.
    /// - Throws: 400 with everything that was noted.
    package mutating func finish() throws(Problem) {
        noteUnknownMembers()
        guard let first = invalidParams.first else { return }
        let areAllMissing = invalidParams.allSatisfy { $0.reason == AdminBody.missing }
        throw Problem(
            .badRequest, detail: invalidParams.count == 1 ? "\(first.param) \(first.reason)" : "\(invalidParams.count) members are wrong",
            cause: areAllMissing ? "MANDATORY_IE_MISSING" : "MANDATORY_IE_INCORRECT", invalidParams: invalidParams)
    }

    /// Takes over what was found wrong in a member's own members.
    mutating func adopt(_ child: AdminBody) {
        var child = child
        child.noteUnknownMembers()
        invalidParams += child.invalidParams
    }

    func child(_ object: JSONObject, _ name: String, index: Int? = nil) -> AdminBody {
        AdminBody(object, path: pointer(name) + (index.map { "/\($0)" } ?? ""), isPatched: isPatched)
    }

    private mutating func noteUnknownMembers() {
        for member in object.members where !known.contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) { note(member.name, "is unknown") }
    }

    static let missing = "is missing"

    /// RFC 6901 §3
    private func pointer(_ name: String) -> String {
        var pointer = Array(path.utf8) + [UInt8(ascii: "/")]
        for byte in LogText.visible(name, bytesMax: ServiceLimits.memberBytesMax).utf8 {
            switch byte {
            case UInt8(ascii: "~"): pointer += "~0".utf8
            case UInt8(ascii: "/"): pointer += "~1".utf8
            default: pointer.append(byte)
            }
        }
        return String(decoding: pointer, as: UTF8.self)
    }
}
