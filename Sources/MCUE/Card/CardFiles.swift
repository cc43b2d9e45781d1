internal import AKA
internal import Base

/// Reads cards from ISIM files, and writes back the highest SQN they have accepted.
struct CardFiles: Sendable {
    /// The path of the ISIM file; `{n}` in it stands for the number of the user.
    let path: String
    let updates: Bool
    let console: Console

    /// Reads the first user's file before anything is sent, and warns where others than its owner may read it.
    ///
    /// - Throws: `.unusable`.
    func check() throws(UEError) {
        let path = UserNumber.expand(path, 1)
        _ = try file(path)
        do throws(FileError) { _ = try SmallFile.readSecret(path, bytesMax: Limits.isimFileBytesMax, .onlyForOwner) } catch {
            guard error.code == .openToOthers else { throw UEError(.unusable, "--isim \(error.reason)") }
            console.complain("mc-ue: warning: \(path) holds a key and is open to others; chmod 600 \(path)")
        }
    }

    /// - Throws: `.unusable`, `.engineFailed`.
    func card(_ number: Int) throws(UEError) -> Card { try Card.made(from: try file(UserNumber.expand(path, number))) }

    /// Writes the card's highest SQN to its file, where the user of the program wants that.
    func keep(_ card: borrowing Card, _ number: Int) throws(UEError) {
        guard updates else { return }
        let path = UserNumber.expand(path, number)
        var file = try file(path)
        // Another run may have written a higher SQN meanwhile.
        guard card.highestSQN.value > file.sqn.value else { return }
        file.sqn = card.highestSQN
        do throws(FileError) { try SmallFile.write(file.contents, to: path) } catch { throw UEError(.unusable, error.reason) }
    }

    private func file(_ path: String) throws(UEError) -> ISIMFile {
        let contents: SecretOctets
        do throws(FileError) { contents = try SmallFile.readSecret(path, bytesMax: Limits.isimFileBytesMax) } catch {
            throw UEError(.unusable, "--isim \(error.reason)")
        }
        do throws(UEError) { return try ISIMFile(contents) } catch { throw UEError(.unusable, "--isim \(path): \(error.reason)") }
    }
}
