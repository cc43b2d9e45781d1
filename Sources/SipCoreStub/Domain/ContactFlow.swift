internal import SIP

/// One of the ways that one UE keeps open at the same time, by the numbers that the UE gives itself and them (RFC 5626 §4.1 and §4.2).
struct ContactFlow: Sendable, Hashable {
    /// The value of `+sip.instance`, compared octet by octet (RFC 5626 §4.1).
    private let instance: [UInt8]
    private let registrationID: UInt32

    /// - Returns: nil for a contact without `reg-id` or without `+sip.instance`: one of them alone means nothing (RFC 5626 §6).
    init?(_ contact: SIPContact) {
        guard let instance = contact.address.parameters.value("+sip.instance"), !instance.isEmpty,
            let text = contact.address.parameters.value("reg-id"), let number = UInt32(String(decoding: text, as: UTF8.self)),
            ContactFlow.numbers.contains(number)
        else { return nil }
        self.instance = instance
        registrationID = number
    }

    /// RFC 5626 §4.2.
    private static let numbers: ClosedRange<UInt32> = 1...0x7fff_ffff
}
