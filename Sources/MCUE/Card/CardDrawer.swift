internal import AKA

/// Takes cards out of their files and puts back how far their SQN has come.
struct CardDrawer: Sendable {
    /// `{n}` stands for the user's number.
    let path: String
    let updates: Bool
    let console: Console

    /// Reads the first user's file once before anything is sent, and complains where others may read it.
    ///
    /// - Throws: `.unusable`.
    func check() throws(UEError) {
        let path = UserNumber.expand(path, 1)
        _ = try file(path)
        if try read(path).isOpenToOthers {
            console.complain("mc-ue: warning: \(path) holds a key and is open to others; chmod 600 \(path)")
        }
    }

    /// - Throws: `.unusable`, `.engineFailed`.
    func card(_ number: Int) throws(UEError) -> Card { try Card.made(from: try file(UserNumber.expand(path, number))) }

    /// Writes the card's highest SQN to its file where that is wanted.
    func keep(_ card: borrowing Card, _ number: Int) throws(UEError) {
        guard updates else { return }
        let path = UserNumber.expand(path, number)
        var file = try file(path)
        // Another run may have come further meanwhile.
        guard card.highestSQN.value > file.sqn.value else { return }
        file.sqn = card.highestSQN
        try PrivateFile.replace(path, with: file.bytes)
    }

    private func file(_ path: String) throws(UEError) -> ISIMFile {
        let contents = try read(path)
        do throws(UEError) { return try ISIMFile(contents.bytes) } catch { throw UEError(.unusable, "--isim \(path): \(error.reason)") }
    }

    private func read(_ path: String) throws(UEError) -> PrivateFile.Contents {
        do throws(UEError) { return try PrivateFile.read(path, bytesMax: Limits.isimFileBytesMax) } catch {
            throw UEError(.unusable, "--isim \(error.reason)")
        }
    }
}
