internal import ArgumentParser
internal import Base

/// The flags of `register` and `deregister`.
struct RegistrationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The SIP core. A host name may have several addresses: each is tried.", valueName: "udp:HOST:PORT|tcp:HOST:PORT"),
        transform: ServerAddress.parsed)
    var server: ServerAddress

    @Option(help: "The private identity. {n} in it stands for the number of the user, 1 to --count.")
    var impi: String

    @Option(help: "The public identity, a SIP or tel URI. {n} as in --impi.")
    var impu: String

    @Option(help: ArgumentHelp("The ISIM file: a JSON object with k, opc or op, amf and sqn in base 16. {n} as in --impi.", valueName: "file"))
    var isim: String

    @Option(help: "The home domain, the only one whose challenge is answered. (default: the domain of --impi)")
    var realm: String?

    @Option(help: "The contact to register. (default: the address of the UE)")
    var contact: String?

    @Option(help: "Seconds to wait for the answer to each request.")
    var timeout = Limits.answerTime / .seconds(1)

    @Option(help: "How many registrations to make.")
    var count: Int = 1

    @Option(help: "How many of them at the same time. Needs {n} in --impi.")
    var concurrency: Int = 1

    @Option(help: "The trace id of the registration, 32 lower-case hexadecimal digits. (default: a random one)")
    var trace: String?

    @Flag(help: "Print one JSON object instead of lines.")
    var json = false

    @Flag(help: "Write the highest SQN that was accepted to the --isim file.")
    var updateIsim = false

    func validate() throws {
        guard timeout > 0, timeout <= 3_600 else { throw ValidationError("--timeout takes 0 to 3600 seconds") }
        guard 1...Limits.countMax ~= count else { throw ValidationError("--count takes 1 to \(Limits.countMax)") }
        guard 1...Limits.concurrencyMax ~= concurrency else { throw ValidationError("--concurrency takes 1 to \(Limits.concurrencyMax)") }
        guard concurrency == 1 || UserNumber.stands(in: impi) else {
            throw ValidationError("--concurrency needs {n} in --impi: one user registers once at a time")
        }
        guard !updateIsim || !UserNumber.stands(in: impi) || UserNumber.stands(in: isim) else {
            throw ValidationError("--update-isim needs {n} in --isim too: each user has an SQN of their own")
        }
        if let trace {
            guard count == 1 else { throw ValidationError("--trace names one registration") }
            guard let id = TraceID(parsing: trace.utf8), !id.isZero else {
                throw ValidationError("--trace takes 32 lower-case hexadecimal digits, not all zero")
            }
        }
    }

    var answerTime: Duration { .milliseconds(Int64(timeout * 1_000)) }
}
