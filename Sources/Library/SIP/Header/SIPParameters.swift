internal import Base

/// The parameters of a header value, in order. Names compare without case and come once (RFC 3261 §7.3.1).
package struct SIPParameters: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        /// Written bare.
        case token([UInt8])
        /// Written in quotes; here without them and with quoted-pairs resolved.
        case quoted([UInt8])

        package var bytes: [UInt8] {
            switch self {
            case .token(let bytes), .quoted(let bytes): bytes
            }
        }
    }

    package struct Parameter: Sendable, Equatable {
        package let name: [UInt8]
        /// Nil for a flag such as `;lr`.
        package let value: Value?
    }

    package private(set) var list: [Parameter] = []

    package init() {}

    package func has(_ name: StaticString) -> Bool { parameter(name) != nil }

    /// The value's bytes. Nil when there is no such parameter, and when it is a flag.
    package func value(_ name: StaticString) -> [UInt8]? { parameter(name)?.value?.bytes }

    package func parameter(_ name: StaticString) -> Parameter? { list.first { $0.name.equalsIgnoringCase(name) } }

    /// Sets a parameter where it stands or at the end; a value that is no token or host gets quotes. Nil makes a flag.
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

    /// - Returns: false, and nothing changed, when the name is there already.
    mutating func add(_ name: ArraySlice<UInt8>, _ value: Value?) -> Bool {
        guard !list.contains(where: { $0.name.equalsIgnoringCase(name) }) else { return false }
        list.append(Parameter(name: Array(name), value: value))
        return true
    }

    /// As they are written behind a value, each with its semicolon.
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
    func write(to text: inout [UInt8]) {
        switch self {
        case .token(let bytes): text += bytes
        case .quoted(let bytes): QuotedString.write(bytes, to: &text)
        }
    }
}

enum QuotedString {
    /// In quotes, with a backslash before what needs one. CR and LF get one too and are then refused by `SIPWriter`.
    static func write(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(ASCII.quote)
        for byte in bytes {
            if byte == ASCII.quote || byte == ASCII.backslash || (ASCII.isControl(byte) && byte != ASCII.tab) { text.append(ASCII.backslash) }
            text.append(byte)
        }
        text.append(ASCII.quote)
    }
}
