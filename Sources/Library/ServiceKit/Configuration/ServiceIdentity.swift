/// The name of a service and its defaults.
package struct ServiceIdentity: Sendable {
    /// The name of the binary: `authdb`.
    package let name: String
    /// `HOST:PORT`
    package let defaultListen: String
    package let defaultAdminListen: String
    /// The OpenAPI document as JSON text, served at `/openapi.json`.
    package let openAPI: String

    package init(name: String, defaultListen: String, defaultAdminListen: String, openAPI: String) {
        self.name = name
        self.defaultListen = defaultListen
        self.defaultAdminListen = defaultAdminListen
        self.openAPI = openAPI
    }
}
