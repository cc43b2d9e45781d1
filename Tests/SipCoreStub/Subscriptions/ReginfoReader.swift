import Foundation
import FoundationXML

/// Reads a registration document with the XML parser of other authors.
final class ReginfoReader: NSObject, XMLParserDelegate {
    struct Contact: Equatable {
        var attributes: [String: String]
        var uri = ""
        var displayName: String?
        var parameters: [String: String] = [:]
        /// The names of the elements in their order.
        var elements: [String] = []

        var state: String { attributes["state"] ?? "" }
        var event: String { attributes["event"] ?? "" }
    }

    struct Registration: Equatable {
        var attributes: [String: String]
        var contacts: [Contact] = []

        var aor: String { attributes["aor"] ?? "" }
        var state: String { attributes["state"] ?? "" }
    }

    private(set) var root: [String: String] = [:]
    private(set) var registrations: [Registration] = []
    private var text = ""
    private var parameter = ""

    /// - Returns: nil where the document is not well-formed.
    init?(_ document: [UInt8]) {
        super.init()
        let parser = XMLParser(data: Data(document))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    convenience init?(_ message: String) {
        self.init(Array(String(message.firstRange(of: "\r\n\r\n").map { message[$0.upperBound...] } ?? "").utf8))
    }

    var version: String { root["version"] ?? "" }

    /// Each registration with its contacts, as `aor state: event uri`.
    var summary: [String] {
        registrations.map { registration in
            "\(registration.aor) \(registration.state)" + registration.contacts.map { ": \($0.state) \($0.event) \($0.uri)" }.joined()
        }
    }

    func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]) {
        text = ""
        switch name {
        case "reginfo": root = attributes
        case "registration": registrations.append(Registration(attributes: attributes))
        case "contact": registrations[registrations.count - 1].contacts.append(Contact(attributes: attributes))
        case "unknown-param": parameter = attributes["name"] ?? ""
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard ["uri", "display-name", "unknown-param"].contains(name) else { return }
        let last = registrations.count - 1
        let contact = registrations[last].contacts.count - 1
        registrations[last].contacts[contact].elements.append(name)
        switch name {
        case "uri": registrations[last].contacts[contact].uri = text
        case "display-name": registrations[last].contacts[contact].displayName = text
        default: registrations[last].contacts[contact].parameters[parameter] = text
        }
    }
}
