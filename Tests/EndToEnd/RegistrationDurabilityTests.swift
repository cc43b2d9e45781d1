import Base
import Foundation
import Support
import Testing

/// The SIP core is killed while UEs register and deregister, again and again.
@Suite(.serialized) struct RegistrationDurabilityTests {
    private static let kills = 3
    private static let callers = 6
    private static let usersPerRound = 120

    /// What the UEs were told.
    private final class Told: Sendable {
        struct State {
            var registered: Set<String> = []
            var deregistered: Set<String> = []
            var next = 0
        }

        private let state = Guarded(State())
        let from: Int
        let to: Int

        init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }

        var all: State { state.withLock { $0 } }
        func note(registered user: String) { state.withLock { _ = $0.registered.insert(user) } }

        /// The UE has asked for the end: until it is answered nobody knows.
        func noteAsked(_ user: String) { state.withLock { _ = $0.registered.remove(user) } }
        func note(deregistered user: String) { state.withLock { _ = $0.deregistered.insert(user) } }

        func nextUser() -> Int? {
            state.withLock { state in
                guard from + state.next < to else { return nil }
                defer { state.next += 1 }
                return from + state.next
            }
        }
    }

    private static func user(_ number: Int) -> String { "user\(number)@\(ChainLaboratory.primary)" }

    private static func flags(_ authDB: ServiceProcess) -> [String] {
        ChainLaboratory.core(ChainLaboratory.primary) + [
            "--database", "registrations.sqlite", "--sip-listen", "udp:127.0.0.1:0", "--authentication-source", authDB.api,
        ]
    }

    private static func ue(_ command: String, _ user: String, _ core: ServiceProcess, _ isim: String) -> Command? {
        try? Command.run(
            ServiceProcess.binaries.appending(path: "mc-ue").path(),
            [command, "--server", core.ready.sip?.first ?? "", "--impi", user, "--impu", "sip:\(user)", "--isim", isim, "--timeout", "2"]
                + ["--contact", "sip:\(user.prefix { $0 != "@" })@192.0.2.1:5062"])
    }

    /// Registers users until the core is gone, and deregisters every fourth.
    private static func load(_ told: Told, _ core: ServiceProcess, _ isim: String) {
        while let number = told.nextUser() {
            let user = user(number)
            guard ue("register", user, core, isim)?.status == 0 else { return }
            told.note(registered: user)
            guard number % 4 == 0 else { continue }
            told.noteAsked(user)
            guard ue("deregister", user, core, isim)?.status == 0 else { return }
            told.note(deregistered: user)
        }
    }

    private static func registered(_ core: ServiceProcess) throws -> Set<String> {
        struct Page: Decodable {
            struct Registration: Decodable { let impi: String }
            let registrations: [Registration]
        }
        let answer = try Curl.send("GET", "\(core.admin)/admin/v1/registrations?limit=1000")
        return Set(try JSONDecoder().decode(Page.self, from: Data(answer.body.utf8)).registrations.map(\.impi))
    }

    @Test func `a SIP core is told where it keeps registrations, or it does not start`() throws {
        let core = ServiceProcess.binaries.appending(path: "sip-core-stub").path()
        let ended = try Command.run(
            core, ChainLaboratory.core(ChainLaboratory.primary) + ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        #expect(ended.status != 0 && ended.output.contains("--database"), "\(ended.output)")
        let elsewhere = try Command.run(core, ChainLaboratory.core(ChainLaboratory.primary) + ["--database", "/nonexistent/r.sqlite"])
        #expect(elsewhere.status != 0 && elsewhere.output.contains("--database"), "\(elsewhere.output)")
    }

    @Test(.timeLimit(.minutes(5))) func `three SIGKILLs under load, and what a UE was told is still so`() async throws {
        let directory = try TemporaryDirectory()
        let authDB = try await ServiceProcess(
            "authdb", ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "authdb.sqlite"], in: directory)
        let isim = try directory.write(
            "isim.json", #"{"k":"\#(ChainLaboratory.k)","opc":"\#(ChainLaboratory.opc)","amf":"8000","sqn":"000000000000"}"#)
        var registered: Set<String> = []
        var deregistered: Set<String> = []
        for round in 0..<Self.kills {
            let first = round * Self.usersPerRound
            for number in first..<(first + Self.usersPerRound) {
                let user = Self.user(number)
                let subscriber = ChainLaboratory.subscriber.replacingOccurrences(of: ChainLaboratory.home, with: user)
                try Curl.put("\(authDB.admin)/admin/v1/subscribers/\(user)", subscriber)
            }
            let core = try await ServiceProcess("sip-core-stub", Self.flags(authDB), in: directory)
            #expect(registered.subtracting(try Self.registered(core)).isEmpty, "round \(round) begins with what the last one left")
            let told = Told(from: first, to: first + Self.usersPerRound)
            let threads = (0..<Self.callers).map { _ in
                Task.detached {
                    await withCheckedContinuation { done in
                        Thread.detachNewThread {
                            Self.load(told, core, isim); done.resume()
                        }
                    }
                }
            }
            let isUnderWay = await eventually(within: .seconds(60)) {
                told.all.registered.count >= 20 + round && told.all.deregistered.count >= 4
            }
            #expect(isUnderWay, "UEs register: \(core.log.suffix(500))")
            core.stop(SIGKILL)
            for thread in threads { await thread.value }
            registered.formUnion(told.all.registered)
            deregistered.formUnion(told.all.deregistered)
        }
        let core = try await ServiceProcess("sip-core-stub", Self.flags(authDB), in: directory)
        let found = try Self.registered(core)
        #expect(registered.subtracting(found).isEmpty, "lost")
        #expect(deregistered.intersection(found).isEmpty, "registered again")
        #expect(registered.count >= 60 && deregistered.count >= 12, "there was a load")
        // Who is not registered is told so.
        let gone = try #require(deregistered.first)
        let answer = try #require(Self.ue("deregister", gone, core, isim))
        #expect(answer.status == 3 && answer.output.contains("481"), "\(answer.output)")
        #expect(Self.ue("register", gone, core, isim)?.status == 0)
        #expect(core.stop() == 0)
        let last = try await ServiceProcess("sip-core-stub", Self.flags(authDB), in: directory)
        #expect(try Self.registered(last).contains(gone), "and after an orderly end")
        #expect(last.stop() == 0)
        #expect(authDB.stop() == 0)
    }
}
