internal import Base

/// The parameters of a header value, in order. Names are compared without case, and each comes once (RFC 3261 §7.3.1).
package struct SIPParameters: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        /// A value that is written without quotes.
        case token([UInt8])
        /// A value that is written in quotes. The bytes are without them, with quoted-pairs resolved.
        case quoted([UInt8])

        package var bytes: [UInt8] {
            switch self {
            case .token(let bytes), .quoted(let bytes): bytes
            }
        }
    }

    package struct Parameter: Sendable, Equatable {
        package let name: [UInt8]
        /// The value; nil for a parameter without one, such as `;lr`.
        package let value: Value?
    }

    package private(set) var list: [Parameter] = []

    package init() {}

    package func has(_ name: StaticString) -> Bool { parameter(name) != nil }

    /// The bytes of a value. Nil when there is no such parameter, and when it has no value.
    package func value(_ name: StaticString) -> [UInt8]? { parameter(name)?.value?.bytes }

    package func parameter(_ name: StaticString) -> Parameter? { list.first { $0.name.equalsIgnoringCase(name) } }

    /// Sets a parameter in its place, or adds it at the end. A value that is no token or host gets quotes; nil makes a parameter without value.
    package mutating func set(_ name: StaticString, to value: [UInt8]?) {
        let written: Value? = value.map { !$0.isEmpty && $0.allSatisfy(SIPCharacters.isParameterValue) ? .token($0) : .quoted($0) }
        let parameter = Parameter(name: Array(name.description.utf8), value: written)
        if let index = list.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) {
            list[index] = parameter
        } else {
            list.append(parameter)
        }
    }

    package mutating func remove(_ name: StaticString) { list.removeAll { $0.name.equalsIgnoringCase(name) } }

    /// - Returns: false when the name is there already; then nothing changes.
    mutating func add(_ name: ArraySlice<UInt8>, _ value: Value?) -> Bool {
        guard !list.contains(where: { $0.name.equalsIgnoringCase(name) }) else { return false }
        list.append(Parameter(name: Array(name), value: value))
        return true
    }

    /// The parameters as they are written after a value, each with its semicolon.
    func write(to text: inout [UInt8]) {
        for parameter in list {
            text.append(ASCII.semicolon)
            text += parameter.name
            guard let value = parameter.value else { continue }
            text.append(ASCII.equal)
            value.write(to: &text)
        }
    }
}

extension SIPParameters.Value {
    /// The value as it stands in a header field.
    package var written: [UInt8] {
        var text: [UInt8] = []
        write(to: &text)
        return text
    }

    func write(to text: inout [UInt8]) {
        switch self {
        case .token(let bytes): text += bytes
        case .quoted(let bytes): QuotedString.write(bytes, to: &text)
        }
    }
}

enum QuotedString {
    /// The text in quotes, with a backslash where one is needed. CR and LF get one too, and `SIPWriter` refuses them.
    static func write(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(ASCII.quote)
        for byte in bytes {
            if byte == ASCII.quote || byte == ASCII.backslash || (ASCII.isControl(byte) && byte != ASCII.tab) { text.append(ASCII.backslash) }
            text.append(byte)
        }
        text.append(ASCII.quote)
    }
}
