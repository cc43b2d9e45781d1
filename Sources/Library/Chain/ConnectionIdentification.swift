internal import HTTPKit
internal import Nhss
internal import ServiceKit

/// Identifies a caller by its connection alone, and refuses nobody: the source decides who may ask.
///
/// The caller is the system that the names of its certificate stand for, or without TLS the system that `--insecure-peer-as` names; nil where
/// the names are those of no system that is known here.
struct ConnectionIdentification: CallerIdentification {
    let service: Service
    let recognise: SystemRecognition

    func caller(of request: Request) async -> SystemID? {
        service.peerSystem(request.peer, recognising: recognise).flatMap { try? SystemID($0) }
    }
}
