/// One header field.
package struct SIPHeader: Sendable, Equatable {
    package var name: SIPHeaderName
    /// The value without line folding and without blanks around it, otherwise byte for byte as it came.
    package var value: ArraySlice<UInt8>

    package init(_ name: SIPHeaderName, _ value: ArraySlice<UInt8>) {
        self.name = name
        self.value = value
    }

    package init(_ name: SIPHeaderName, _ value: [UInt8]) { self.init(name, value[...]) }
    package init(_ name: SIPHeaderName, _ value: String) { self.init(name, Array(value.utf8)) }
}

/// The header fields of a message in order, which matters among fields of one name (RFC 3261 §7.3.1).
///
/// The typed readers are in `SIPHeaders+Typed.swift`.
package struct SIPHeaders: Sendable, Equatable {
    package private(set) var fields: [SIPHeader]
    /// The limits that the typed readers keep.
    let limits: SIPLimits

    package init(_ fields: [SIPHeader] = [], limits: SIPLimits = .standard) {
        self.fields = fields
        self.limits = limits
    }

    package mutating func append(_ field: SIPHeader) { fields.append(field) }

    package mutating func remove(_ name: SIPHeaderName) { fields.removeAll { $0.name == name } }

    package func first(_ name: SIPHeaderName) -> ArraySlice<UInt8>? { fields.first { $0.name == name }?.value }

    package func all(_ name: SIPHeaderName) -> [ArraySlice<UInt8>] {
        fields.compactMap { $0.name == name ? $0.value : nil }
    }

    /// The value of a field that may come once.
    /// - Throws: `.duplicateHeader` when there are several: it is not clear which of them counts.
    package func single(_ name: SIPHeaderName) throws(SIPParseError) -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        for field in fields where field.name == name {
            guard found == nil else { throw SIPParseError(.duplicateHeader, "may come once", at: .header(name, offset: 0)) }
            found = field.value
        }
        return found
    }

    /// The value of a field that must come exactly once.
    package func required(_ name: SIPHeaderName) throws(SIPParseError) -> ArraySlice<UInt8> {
        guard let value = try single(name) else { throw SIPParseError(.missingHeader, "must be there", at: .header(name, offset: 0)) }
        return value
    }
}
