/// A whole JSON value as a tree, for bodies of administration where the shape varies; wire types read from `JSONReader` directly.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Reads a text that holds this one value.
    package init(_ text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        var reader = JSONReader(text, limits: limits)
        self = try JSONValue(from: &reader)
        try reader.finish()
    }

    /// Reads the next value of a text; the reader's depth limit bounds the recursion.
    package init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.peekKind() {
        case .null:
            try reader.null()
            self = .null
        case .bool: self = .bool(try reader.bool())
        case .number: self = .number(try reader.number())
        case .string: self = .string(try reader.string())
        case .array: self = .array(try Self.elements(&reader))
        case .object: self = .object(try Self.members(&reader))
        }
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let value): writer.number(value)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let object):
            writer.beginObject()
            for member in object.members {
                writer.member(member.name)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// The value as JSON text.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    private static func elements(_ reader: inout JSONReader) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        try reader.beginArray()
        while try reader.nextElement() { elements.append(try JSONValue(from: &reader)) }
        return elements
    }

    private static func members(_ reader: inout JSONReader) throws(JSONError) -> JSONObject {
        var object = JSONObject()
        try reader.beginObject()
        while let key = try reader.nextMember() { object.members.append((key.text, try JSONValue(from: &reader))) }
        return object
    }
}

extension JSONValue {
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var int: Int? { if case .number(let value) = self { value.int } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// The member of that name, if this is an object that has it.
    package subscript(_ name: String) -> JSONValue? { object?[name] }
}
