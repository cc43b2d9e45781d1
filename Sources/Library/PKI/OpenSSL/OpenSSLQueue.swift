import COpenSSL

/// OpenSSL's queue of errors. Each thread has one.
enum OpenSSLQueue {
    /// An `.engineFailed` with the last reason in OpenSSL's queue, which is empty afterwards.
    static func error(_ what: String, file: StaticString = #fileID, line: Int = #line) -> PKIError {
        error(.engineFailed, what, file: file, line: line)
    }

    /// The same with another code.
    static func error(_ code: PKIError.Code, _ what: String, file: StaticString = #fileID, line: Int = #line) -> PKIError {
        let last = ERR_peek_last_error()
        ERR_clear_error()
        // Safety: a static text of OpenSSL's, or nil.
        guard last != 0, let reason = ERR_reason_error_string(last) else { return PKIError(code, what, file: file, line: line) }
        return PKIError(code, "\(what): \(String(cString: reason))", file: file, line: line)
    }
}
