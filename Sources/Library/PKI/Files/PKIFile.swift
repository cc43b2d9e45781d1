internal import Base
internal import Glibc

/// The files of a CA, read and written whole, with the errors of this module.
enum PKIFile {
    /// - Throws: `.unreadable` with the system's reason, `.tooLarge`; both name the file.
    static func read(_ path: String, _ demands: SmallFile.Demands = .ordinary) throws(PKIError) -> SecretOctets {
        do throws(FileError) { return try SmallFile.readSecret(path, bytesMax: Limits.fileBytesMax, demands) } catch { throw PKIError(error) }
    }

    /// - Throws: `.alreadyExists` where the file must be new and is not; `.cannotWrite`.
    static func write(_ bytes: [UInt8], to path: String, _ replacement: SmallFile.Replacement = .replaces) throws(PKIError) {
        do throws(FileError) { try SmallFile.write(bytes, to: path, replacement) } catch { throw PKIError(error, writing: true) }
    }

    /// Writes a key: nobody but its owner reads the file.
    ///
    /// - Throws: `.alreadyExists` where the file must be new and is not; `.cannotWrite`.
    static func write(_ secret: SecretOctets, to path: String, _ replacement: SmallFile.Replacement = .replaces) throws(PKIError) {
        do throws(FileError) { try SmallFile.write(secret, to: path, replacement) } catch { throw PKIError(error, writing: true) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}

extension PKIError {
    fileprivate init(_ error: FileError, writing isWriting: Bool = false) {
        let code: Code =
            switch error.code {
            case .tooLarge: .tooLarge
            case .alreadyExists: .alreadyExists
            case .cannotWrite: .cannotWrite
            case .unreadable, .notOrdinary, .openToOthers: .unreadable
            case .malformedPath: isWriting ? .cannotWrite : .unreadable
            }
        self.init(code, error.reason)
    }
}
