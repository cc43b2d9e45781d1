internal import ArgumentParser
internal import Base
internal import HTTPKit
internal import PKI

extension PKICommand {
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows certificates and revocation lists. Of a private key it shows nothing.",
            discussion: """
                Certificates are compared with the revocation lists among the files.

                Exit codes: 0 all items are valid now; 1 an item has expired, is not valid yet, is revoked or cannot be read.
                """)

        @Argument(help: ArgumentHelp("A file in PEM or DER.", valueName: "FILE"))
        var files: [String]

        @Flag(help: "Print one JSON object instead of lines.")
        var json = false

        func run() throws {
            let now = Timestamp.now()
            let contents = files.map { file in
                Result { () throws(PKIError) in try Inspected.file(file) }
            }
            let lists = PKIReport.RevocationLists(zip(files, contents).map { ($0, (try? $1.get()) ?? []) })
            var isSound = true
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("items")
            writer.beginArray()
            for (file, content) in zip(files, contents) {
                do throws(PKIError) {
                    for item in try content.get() {
                        isSound = isSound && PKIReport.isSound(item, lists, now: now)
                        if json {
                            PKIReport.write(item, file: file, lists, now: now, to: &writer)
                        } else {
                            print("\(file)\n\(PKIReport.text(item, lists, now: now))")
                        }
                    }
                } catch {
                    isSound = false
                    if json { PKIReport.write(error, file: file, to: &writer) } else { print("\(file)\n    cannot be read: \(error.reason)") }
                }
            }
            writer.endArray()
            writer.endObject()
            if json { print(String(decoding: writer.bytes, as: UTF8.self)) }
            if !isSound { throw Exit.notAsItShouldBe }
        }
    }
}
