import HTTPKit
import SBI
import Testing

@Suite struct APIRootTests {
    @Test(arguments: [
        ("http://a.example", "http://a.example:80", ""), ("http://a.example:8080/", "http://a.example:8080", ""),
        ("http://127.0.0.1:1/x/y/", "http://127.0.0.1:1/x/y", "/x/y"), ("http://[::1]", "http://[::1]:80", ""),
        ("http://[::1]:7/p", "http://[::1]:7/p", "/p"),
    ]) func `an API root has an origin and perhaps a prefix`(_ text: String, _ written: String, _ prefix: String) throws {
        let root = try APIRoot(parsing: text)
        #expect(root.description == written)
        #expect(root.prefix == prefix)
    }

    @Test(arguments: [
        "", "ftp://a", "a.example", "http://", "http:///x", "http://u@a/", "http://a?x", "http://a/?x", "http://a/#x", "http://a b", "http://a:/x",
        "http://a:99999",
    ]) func `what is not an API root is refused`(_ text: String) { #expect(throws: AddressError.self) { try APIRoot(parsing: text) } }
}
