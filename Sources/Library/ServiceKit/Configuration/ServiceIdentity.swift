/// Name and defaults of a service.
package struct ServiceIdentity: Sendable {
    /// The binary's name.
    package let name: String
    /// `HOST:PORT`
    package let defaultListen: String
    package let defaultAdminListen: String
    /// JSON text served at `/openapi.json`.
    package let openAPI: String

    package init(name: String, defaultListen: String, defaultAdminListen: String, openAPI: String) {
        self.name = name
        self.defaultListen = defaultListen
        self.defaultAdminListen = defaultAdminListen
        self.openAPI = openAPI
    }
}
