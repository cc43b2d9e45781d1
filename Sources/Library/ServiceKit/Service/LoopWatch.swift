internal import Base
internal import HTTPKit
internal import Synchronization

/// Notices an event loop that no longer turns because a handler blocks it or never ends.
final class LoopWatch: Sendable {
    private final class Beat: Sendable {
        /// Milliseconds since the watch began.
        let last = Atomic<Int>(0)
    }

    private let began = Instant.now
    private let beats: [Beat]

    init(_ group: EventLoopGroup) {
        beats = group.loops.map { _ in Beat() }
        for (loop, beat) in zip(group.loops, beats) { loop.execute { [weak self] in self?.turn(loop, beat) } }
    }

    /// The loop that does not turn, in words; nil where all do.
    var failure: String? {
        let now = milliseconds
        let stallMax = Int(ServiceLimits.loopStallTime / .milliseconds(1))
        for (index, beat) in beats.enumerated() where now - beat.last.load(ordering: .relaxed) > stallMax {
            return "event loop \(index) has not turned for more than \(ServiceLimits.loopStallTime)"
        }
        return nil
    }

    private func turn(_ loop: EventLoop, _ beat: Beat) {
        beat.last.store(milliseconds, ordering: .relaxed)
        loop.schedule(at: .now + ServiceLimits.loopBeatTime) { [weak self, weak loop] in
            guard let self, let loop else { return }
            turn(loop, beat)
        }
    }

    private var milliseconds: Int { Int((Instant.now - began) / .milliseconds(1)) }
}
