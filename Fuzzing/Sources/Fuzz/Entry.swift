internal import Glibc

/// Name and body of each fuzzer. A body returns where all is well and ends the process where it is not.
private let fuzzers: [(name: String, run: @Sendable ([UInt8]) -> Void)] = {
    var fuzzers: [(name: String, run: @Sendable ([UInt8]) -> Void)] = [
        ("request", RequestFuzzer.run),
        ("response", ResponseFuzzer.run),
        ("target", TargetFuzzer.run),
        ("router", RouterFuzzer.run),
        ("json", JSONFuzzer.run),
        ("wire", WireFuzzer.run),
        ("identity", IdentityFuzzer.run),
        ("sip", SIPMessageFuzzer.run),
        ("sip-stream", SIPStreamFuzzer.run),
        ("auts", AUTSFuzzer.run),
        ("nonce", NonceFuzzer.run),
    ]
    #if HTTP2
        fuzzers.append(("http2", HTTP2Fuzzer.run))
    #endif
    return fuzzers
}()

/// The one that `FUZZER` names. From the environment, since the command line is libFuzzer's.
private let chosen: @Sendable ([UInt8]) -> Void = {
    let wanted = getenv("FUZZER").map { String(cString: $0) } ?? ""
    if let fuzzer = fuzzers.first(where: { $0.name == wanted }) { return fuzzer.run }
    // Their names, one a line; `_exit`, because libFuzzer takes `exit` for a crash.
    let names = Array(fuzzers.map { $0.name + "\n" }.joined().utf8)
    _ = write(STDOUT_FILENO, names, names.count)
    _exit(wanted == "list" ? 0 : 64)
}()

/// What libFuzzer's `main` calls, once an input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safety: libFuzzer lends `count` bytes for the call.
    chosen(Array(UnsafeRawBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the process, and so keeps the input, where a property does not hold.
func require(_ holds: Bool, _ property: @autoclosure () -> String, line: Int = #line) {
    if !holds { fatalError("line \(line): not so: \(property())") }
}

/// What must be there.
func unwrapped<Value>(_ value: Value?, _ property: @autoclosure () -> String, line: Int = #line) -> Value {
    guard let value else { fatalError("line \(line): not so: \(property())") }
    return value
}

/// What must not throw.
func mustNotThrow<Value>(_ property: @autoclosure () -> String, line: Int = #line, _ body: () throws -> Value) -> Value {
    do { return try body() } catch { fatalError("line \(line): not so: \(property()): \(error)") }
}
