import AKA
import Base
import Contracts
import HTTPKit
import Nhss
import Store
import Testing
import Vectors

@testable import AuthDB

@Suite struct AdminTests {
    let laboratory: Laboratory
    static let keys = "\"k\":\"\(Canary.k)\",\"opc\":\"\(Canary.opc)\""
    static let impus = "\"impus\":[\"sip:user1@primary.example\"]"

    init() throws { laboratory = try Laboratory() }

    @Test func `an identity may be barred, which a read shows and a read that is put back keeps`() async throws {
        let entries = "[\"tel:+15550100\",{\"impu\":\"sip:user1@primary.example\",\"barred\":true}]"
        let created = await laboratory.admin(.put, "/\(Laboratory.user)", "{\"impus\":\(entries),\(Self.keys)}")
        #expect(created.status == .created)
        #expect(String(decoding: created.body, as: UTF8.self).contains("\"impus\":\(entries)"))
        let read = await laboratory.admin(.get, "/\(Laboratory.user)", "")
        let again = await laboratory.admin(.put, "/\(Laboratory.user)", String(decoding: read.body, as: UTF8.self))
        #expect(again.status == .ok && String(decoding: again.body, as: UTF8.self).contains("\"impus\":\(entries)"))
        let plain = await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus)}")
        #expect(String(decoding: plain.body, as: UTF8.self).contains("\"barred\":true"), "what is left out is never switched on")
        let freed = "{\"impus\":[{\"impu\":\"sip:user1@primary.example\",\"barred\":false}]}"
        #expect(!String(decoding: await laboratory.admin(.put, "/\(Laboratory.user)", freed).body, as: UTF8.self).contains("barred"))
    }

    @Test(arguments: [
        ("7", "/impus/0"), ("{}", "/impus/0/impu"), ("{\"impu\":\"a@b\"}", "/impus/0/impu"),
        ("{\"impu\":\"sip:a@b.c\",\"barred\":1}", "/impus/0/barred"), ("{\"impu\":\"sip:a@b.c\",\"colour\":1}", "/impus/0/colour"),
        ("{\"impu\":\"sip:a@b.c\"},\"SIP:a@B.c\"", "/impus"),
    ]) func `an entry that is no identity is refused`(entry: String, param: String) async throws {
        let response = await laboratory.admin(.put, "/\(Laboratory.user)", "{\"impus\":[\(entry)],\(Self.keys)}")
        #expect(response.status == .badRequest && response.invalidParams == [param])
    }

    @Test func `a subscriber is created, read, replaced and deleted`() async throws {
        let created = await laboratory.admin(.put, "/user1%40PRIMARY.example", "{\(Self.impus),\(Self.keys)}")
        #expect(created.status == .created)
        #expect(created.fields["Location"] == "/admin/v1/subscribers/user1@primary.example")
        let read = await laboratory.admin(.get)
        #expect(read.status == .ok)
        #expect(read.text == created.text)
        #expect(read.fields["ETag"] == created.fields["ETag"])
        #expect(read.member("keyCheckValue") == "7d2ed9")
        #expect(read.member("amf") == "8000")
        #expect(read.member("currentSqn") == "000000000000")
        let replaced = await laboratory.admin(.put, "/user1@primary.example", "{\(Self.impus),\"amf\":\"00Ff\"}")
        #expect(replaced.status == .ok)
        #expect(replaced.member("amf") == "00ff")
        #expect(replaced.member("createdAt") == created.member("createdAt"))
        #expect(replaced.fields["ETag"] != created.fields["ETag"])
        #expect(await laboratory.admin(.delete).status == .noContent)
        #expect(await laboratory.admin(.get).status == .notFound)
        #expect(await laboratory.admin(.delete).status == .notFound)
    }

    @Test func `a replacement without keys keeps the keys and the sequence number`() async throws {
        await laboratory.provision(sqn: "000000000400")
        _ = try await laboratory.ask()
        #expect(await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\"enabled\":false}").status == .ok)
        #expect(try await laboratory.failure { try await laboratory.ask() } == .userNotFound)
        #expect(await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus)}").status == .ok)
        #expect(try await laboratory.failure { try await laboratory.ask() } == .userNotFound, "what a PUT leaves out is not switched on")
        #expect(await laboratory.patch(#"{"enabled":true}"#).status == .ok)
        #expect(try await laboratory.ask().map { try $0.sqn(Canary.key()).seq } == [34])
    }

    @Test func `what is read can be put back, also when vectors were issued meanwhile`() async throws {
        await laboratory.provision()
        let read = await laboratory.admin(.get)
        _ = try await laboratory.ask()
        for _ in 0..<3 {
            let back = await laboratory.admin(.put, "/\(Laboratory.user)", read.text)
            #expect(back.status == .ok, "\(back.text)")
            #expect(back.member("currentSqn") == "000000000020")
        }
    }

    @Test func `an entity tag names the bytes that it came with`() async throws {
        await laboratory.provision()
        let read = await laboratory.admin(.get)
        #expect(await laboratory.admin(.get, fields: ["If-None-Match": read.fields["ETag"] ?? ""]).status == .notModified)
        _ = try await laboratory.ask()
        let later = await laboratory.admin(.get, fields: ["If-None-Match": read.fields["ETag"] ?? ""])
        #expect(later.status == .ok && later.text != read.text && later.fields["ETag"] != read.fields["ETag"])
        #expect(
            await laboratory.admin(.put, "/\(Laboratory.user)", read.text, fields: ["If-Match": read.fields["ETag"] ?? ""]).status
                == .preconditionFailed)
        #expect(await laboratory.admin(.put, "/\(Laboratory.user)", read.text, fields: ["If-Match": later.fields["ETag"] ?? ""]).status == .ok)
    }

    @Test func `a member that repeats the path must agree with it`() async throws {
        await laboratory.provision()
        let response = await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\"impi\":\"user2@primary.example\"}")
        #expect(response.status == .badRequest && response.invalidParams == ["/impi"])
    }

    @Test(arguments: ["keyCheckValue", "currentSqn", "createdAt", "updatedAt"], ["\"000000\"", "7", "null", "[{}]"])
    func `a read-only member is taken and ignored, whatever it holds`(name: String, value: String) async throws {
        await laboratory.provision()
        let response = await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\"\(name)\":\(value)}")
        #expect(response.status == .ok)
        #expect(response.member("keyCheckValue") == "7d2ed9" && response.member("currentSqn") == "000000000000")
    }

    @Test func `a subscriber keeps what every record keeps for those who edit it`() async throws {
        let editing = AdminEditing(
            laboratory.admin, "/admin/v1/subscribers/user9@primary.example", content: "\"impus\":[\"tel:+4915\"],\"amf\":\"00ff\",\(Self.keys)",
            least: "\"impus\":[\"tel:+4915\"]")
        #expect(await editing.breaches() == [])
        #expect(await laboratory.admin(.get, "/user9@primary.example").member("amf") == "00ff", "the AMF is kept")
    }

    @Test func `lists are filtered, and what is misspelt is refused`() async throws {
        await laboratory.provision("a+09@primary.example", impus: ["tel:+4915"])
        await laboratory.provision("b@primary.example", more: ",\"enabled\":false")
        func listed(_ query: String) async throws -> [String] {
            let response = await laboratory.admin(.get, "", query: query)
            return try JSONValue(response.body)["subscribers"]?.array?.compactMap { $0["impi"]?.string } ?? ["\(response.status)"]
        }
        for query in ["impu=tel:+4915", "impu=tel%3A%2B4915", "impu=tel:+49-15", "enabled=true"] {
            #expect(try await listed(query) == ["a+09@primary.example"], "\(query)")
        }
        #expect(try await listed("enabled=false") == ["b@primary.example"])
        #expect(try await listed("impu=tel:%2B1") == [])
        for query in ["impus=tel:%2B4915", "impu=mailto:a@b", "enabled=yes", "impu=tel:%2B1&impu=tel:%2B1", "sort=impi"] {
            #expect(try await listed(query) == ["400"], "\(query)")
        }
        let first = await laboratory.admin(.get, "", query: "limit=1")
        let query = first.fields["Link"].map { String($0.split(separator: "?")[1].split(separator: ">")[0]) }
        #expect(try await listed(query ?? "") == ["b@primary.example"])
    }

    // MARK: the end of the sequence numbers

    @Test func `a subscriber at the end of the numbers begins anew with another card`() async throws {
        await laboratory.provision(sqn: "ffffffffffff")
        #expect(try await laboratory.failure { try await laboratory.ask() } == .vectorGenerationFailed)
        let newKey = "\"k\":\"\(String(repeating: "1", count: 32))\",\"opc\":\"\(Canary.opc)\""
        for (content, status, params) in [
            (#"{"sqn":"000000000000"}"#, 409, ["/sqn"]), (#"{"resetSqn":true}"#, 400, ["/resetSqn"]),
            ("{\"resetSqn\":true,\(Self.keys)}", 409, ["/k"]),
            (#"{"cardReplaced":true}"#, 400, ["/cardReplaced"]), (#"{"resetSqn":"yes","cardReplaced":true}"#, 400, ["/cardReplaced", "/resetSqn"]),
        ] {
            let response = await laboratory.patch(content)
            #expect(response.status.code == status && response.invalidParams.sorted() == params, "\(content): \(response.text)")
        }
        let put = await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\(newKey),\"resetSqn\":true}")
        #expect(put.status == .badRequest && put.invalidParams == ["/resetSqn"], "it is a member of PATCH alone")
        #expect(await laboratory.patch(#"{"resetSqn":true,"cardReplaced":true}"#).member("currentSqn") == "000000000000")
        #expect(try await laboratory.ask().map { try $0.sqn(Canary.key()).seq } == [1])
        #expect(await laboratory.patch("{\"resetSqn\":true,\"sqn\":\"000000000400\",\(newKey)}").member("currentSqn") == "000000000400")
        #expect(await laboratory.patch(#"{"resetSqn":false}"#).member("currentSqn") == "000000000400")
    }

    @Test func `an operator is told once that a subscriber comes near the end, and each time that no number is left`() async throws {
        let impi = try IMPI(Laboratory.user)
        let near = SQN.seqMax - AuthDBLimits.sequenceNumbersLeftMin
        await laboratory.provision(sqn: Hex.encode(try SQN(seq: near - 1, ind: .zero).octets))
        func told() -> [VectorIssuer.Event] {
            laboratory.events.seen.withLock { $0 }.filter { if case .issued = $0 { false } else { true } }
        }
        _ = try await laboratory.ask()
        #expect(told() == [])
        _ = try await laboratory.ask(number: 2)
        _ = try await laboratory.ask()
        #expect(told() == [.nearEnd(impi)])
        await laboratory.patch("{\"sqn\":\"ffffffffffff\"}")
        #expect(told() == [.nearEnd(impi), .nearEnd(impi)], "also where an operator moves it there")
        for _ in 0..<2 { _ = try await laboratory.failure { try await laboratory.ask() } }
        #expect(told().suffix(2) == [.exhausted(impi), .exhausted(impi)])
    }

    @Test(arguments: [
        ("{\(impus)}", ["/k"]), ("{\(impus),\"k\":\"\(Canary.k)\"}", ["/opc"]), ("{\(impus),\"opc\":\"\(Canary.opc)\"}", ["/k"]),
        ("{\(impus),\(keys),\"op\":\"\(Canary.op)\"}", ["/op"]), ("{\(keys)}", ["/impus"]), ("{\"impus\":[],\(keys)}", ["/impus"]),
        ("{\"impus\":[\"sip:a@b.c\",\"SIP:a@B.c;x=1\"],\(keys)}", ["/impus"]), ("{\"impus\":[\"mailto:a@b.c\"],\(keys)}", ["/impus/0"]),
        ("{\(impus),\(keys),\"colour\":1,\"amf\":\"800\"}", ["/amf", "/colour"]), ("{\(impus),\(keys),\"algorithm\":\"TUAK\"}", ["/algorithm"]),
        ("{\(impus),\"k\":\"\(Canary.k)0\",\"opc\":7}", ["/k", "/opc"]), ("{\(impus),\(keys),\"sqn\":\"1000000000000\"}", ["/sqn"]),
        ("{\(impus),\(keys),\"sqn\":0}", ["/sqn"]), ("{\(impus),\(keys),\"enabled\":\"yes\"}", ["/enabled"]),
    ]) func `a body that is wrong is refused with every place and no value`(body: String, params: [String]) async throws {
        let response = await laboratory.admin(.put, "/\(Laboratory.user)", body)
        #expect(response.status == .badRequest)
        #expect(response.invalidParams == params, "\(response.text)")
        #expect(!response.text.contains(Canary.k) && !response.text.contains(Canary.opc))
        #expect(await laboratory.admin(.get).status == .notFound)
    }

    @Test func `OP becomes OPc and is stored nowhere`() async throws {
        let response = await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\"k\":\"\(Canary.k)\",\"op\":\"\(Canary.op)\"}")
        #expect(response.status == .created)
        let vector = try #require(try await laboratory.ask().first)
        var isim = try ISIM(key: .milenage(try Canary.key()), window: SequenceNumberWindow(lastAccepted: SQN(0)))
        let answer = try isim.authenticate(rand: vector.rand, autn: vector.autn)
        #expect(answer == .success(res: vector.xres, ck: vector.ck, ik: vector.ik))
    }

    @Test func `the sequence number only goes forward`() async throws {
        await laboratory.provision(sqn: "000000000400")
        let lower = await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\(Self.keys),\"sqn\":\"0000000003ff\"}")
        #expect(lower.status == .conflict)
        #expect(lower.invalidParams == ["/sqn"])
        for sqn in ["000000000400", "000000000401", "00000000FF00"] {
            #expect(
                await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\"sqn\":\"\(sqn)\"}").member("currentSqn") == sqn.lowercased())
        }
        #expect(try await laboratory.ask().map { try $0.sqn(Canary.key()).value } == [0xff20])
    }

    @Test func `a public identity belongs to one subscriber`() async throws {
        await laboratory.provision()
        let response = await laboratory.admin(
            .put, "/user2@primary.example", "{\"impus\":[\"sip:user2@primary.example\",\"SIP:user1@PRIMARY.example\"],\(Self.keys)}")
        #expect(response.status == .conflict)
        #expect(response.invalidParams == ["/impus"])
        #expect(await laboratory.admin(.get, "/user2@primary.example").status == .notFound)
    }

    @Test func `preconditions are honoured`() async throws {
        let body = "{\(Self.impus),\(Self.keys)}"
        let path = "/\(Laboratory.user)"
        #expect(await laboratory.admin(.put, path, body, fields: ["If-Match": "*"]).status == .preconditionFailed)
        let created = await laboratory.admin(.put, path, body, fields: ["If-None-Match": "*"])
        #expect(created.status == .created)
        #expect(await laboratory.admin(.put, path, body, fields: ["If-None-Match": "*"]).status == .preconditionFailed)
        #expect(await laboratory.admin(.put, path, body, fields: ["If-Match": "\"stale\""]).status == .preconditionFailed)
        #expect(await laboratory.admin(.delete, path, fields: ["If-Match": "\"stale\""]).status == .preconditionFailed)
        let tag = created.fields["ETag"] ?? ""
        #expect(await laboratory.admin(.put, path, body, fields: ["If-Match": tag]).status == .ok)
        #expect(await laboratory.admin(.delete, path, fields: ["If-Match": tag]).status == .preconditionFailed)
    }

    @Test func `a list comes in pages, in order and complete`() async throws {
        for number in [3, 1, 5, 2, 4] { await laboratory.provision("u\(number)@primary.example") }
        var query: String? = "limit=2"
        var found: [String] = []
        while let asked = query {
            let response = await laboratory.admin(.get, "", query: asked)
            found += (try JSONValue(response.body)).object?["subscribers"]?.array?.compactMap { $0.object?["impi"]?.string } ?? []
            query = response.fields["Link"].map { String($0.split(separator: "?")[1].split(separator: ">")[0]) }
        }
        #expect(found == (1...5).map { "u\($0)@primary.example" })
        #expect(await laboratory.admin(.get, "", query: "limit=0").status == .badRequest)
    }

    @Test func `no answer shows a key`() async throws {
        await laboratory.provision()
        let answers = [
            await laboratory.admin(.get), await laboratory.admin(.get, ""),
            await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\(Self.keys)}"),
            await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\(Self.keys),\"op\":\"\(Canary.op)\"}"),
            await laboratory.admin(.put, "/\(Laboratory.user)", "{\(Self.impus),\(Self.keys)"),
        ]
        for answer in answers {
            for secret in [Canary.k, Canary.opc, Canary.op] { #expect(!answer.text.lowercased().contains(secret), "\(answer.status)") }
        }
    }
}
