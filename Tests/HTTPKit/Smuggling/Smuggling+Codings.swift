/// Transfer codings (RFC 9112 §6.1, §6.3): `chunked`, alone and once. What does not end in chunked has no end that can be found: 400. What does,
/// after a coding we do not know, is 501.
extension Smuggling {
    static let codings: [Smuggling] = refusedCodings + unknownCodings + disguisedCodings + otherCodings

    private static let whole = "6\r\nhidden\r\n0\r\n\r\n"

    private static let refusedCodings: [Smuggling] = [
        "identity", "gzip", "deflate", "compress", "chunked, identity", "chunked, gzip", "chunked, cow", "chunked,", ",chunked", ", chunked",
        "chunked ,", ",",
        "chunked, chunked", "chunked,chunked", "Chunked, chunked", "chunked,,chunked", "gzip, chunked, chunked", "chunked, gzip, chunked",
        "x-chunked", "xchunked",
        "chunkedx", "chunke", "hunked", "chunk", "chun ked", "chunked chunked", "chunked identity", "identity chunked", "cow", "trailers", "none",
        "null", "chunked-",
        "-chunked", "chunked.", "%63hunked", "'chunked'", "\"chunked\"", "chunked;q=1", "chunked; a=b", "chunked;", ";chunked", "chunked/1",
        "chunked:", ":chunked",
        "=chunked", "[chunked]", "(x)chunked", "chunked\u{b}", "\u{b}chunked", "\u{c}chunked", "chunked\u{c}", "chunked\u{0}", "\u{0}chunked",
        "chu\u{0}nked",
        "chunked\u{7f}", "\u{8}chunked", "\u{1b}chunked", "chunked\u{85}", "\u{85}chunked", "chunked\u{a0}", "\u{a0}chunked", "\u{ff}chunked",
        "chun\u{212a}ed",
        "\u{ff43}hunked", "c\u{301}hunked", "chun\u{130}ked", "", " ", "\t\t", "chunked\r", "\rchunked", "chunked\n", "\nchunked", "chunked\rx",
        "\r\n chunked",
        "\r\n\tchunked", "chunked\r\n ", "chunked\r\n , identity", "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: identity",
        "identity\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding:", "cow\r\ntransfer-encoding: chunked",
        "chunked\r\nX: y\r\nTRANSFER-ENCODING: x",
    ].map { refused(400, "TE: \(escaped($0))", post("Transfer-Encoding: \($0)", whole)) }

    private static let unknownCodings: [Smuggling] = [
        "gzip, chunked", "identity, chunked", "cow, chunked", "gzip,deflate , Chunked",
        "x,chunked",
    ].map {
        refused(501, "TE: \($0)", post("Transfer-Encoding: \($0)", whole))
    }

    private static let disguisedCodings: [Smuggling] = [
        "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", "Transfer-Encoding \t : chunked", " Transfer-Encoding: chunked",
        "\tTransfer-Encoding: chunked", "\u{b}Transfer-Encoding: chunked", "X: y\r\n Transfer-Encoding: chunked",
        "X: y\r\n\tTransfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "X: y\n\rTransfer-Encoding: chunked",
        "X: y\r\r\nTransfer-Encoding: chunked",
        "X: y\u{0}\r\nTransfer-Encoding: chunked", "Transfer-Encoding", "Transfer-Encoding chunked", "Transfer-Encoding= chunked",
        ": Transfer-Encoding: chunked", ": chunked",
        "Transfer\u{0}-Encoding: chunked", "Transfer-Encoding\u{0}: chunked", "Transfer-Encoding\u{b}: chunked", "Transfer-Encoding\u{a0}: chunked",
        "Transfer-Encoding\u{ff}: chunked", "Transfer-Encoding\r: chunked", "Transfer-Encoding\r\n: chunked", "Transfer-Encoding:\n chunked",
        "\rTransfer-Encoding: chunked",
        "\u{0}Transfer-Encoding: chunked", "Transfer Encoding: chunked", "Transfer_Encoding: chunked", "transfer_encoding: chunked",
        "TRANSFER_ENCODING: chunked",
        "Transfer_Encoding: chunked\r\nContent-Length: 6", "\"Transfer-Encoding\": chunked", "Transfer-Encoding;: chunked",
        "Transfer-Encoding[]: chunked", "Transfer-Encod\u{ef}ng: chunked",
        "(x)Transfer-Encoding: chunked", "Transfer/Encoding: chunked", "Transfer-Encoding@: chunked", "{Transfer-Encoding: chunked",
    ].map { refused(400, "disguised: \(escaped($0))", post($0, whole)) }

    private static let otherCodings: [Smuggling] = [
        refused(400, "TE in HTTP 1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n\(whole)"),
        refused(400, "TE in HTTP 1.0 that is kept", "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n\(whole)"),
        refused(400, "TE.0: a GET with a coding that is none", get("Transfer-Encoding: identity") + whole),
        answered("TE in any case", post("tRANSFER-eNCODING: cHUNKED", whole), "200 hidden"),
        answered("TE among spaces and tabs", post("Transfer-Encoding:\t chunked \t", whole), "200 hidden"),
        answered("TE without a space", post("Transfer-Encoding:chunked", whole), "200 hidden"),
        answered("TE named by Connection is still TE", post("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked", whole), "200 hidden"),
        answered("a name that only ends in TE", post("X-Transfer-Encoding: chunked"), "200 "),
        answered("TE in a value", post("X: Transfer-Encoding: chunked"), "200 "),
        answered("TE.0: a GET whose body nobody wants", get("Transfer-Encoding: chunked") + chunk(inner), "200 hello"),
        answered("TE.0: a request for nothing we have", "POST /none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk(inner))", "404"),
        answered("the field TE is another one", post("TE: chunked"), "200 "),
    ]

    /// As it can be printed.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { 0x20...0x7e ~= $0.value ? String($0) : "<\(String($0.value, radix: 16))>" }.joined()
    }
}
