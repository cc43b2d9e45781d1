import Testing

@testable import MCUE

/// Timer E of RFC 3261 §17.1.2.2.
@Suite struct RetransmissionScheduleTests {
    @Test func `the intervals are 500 ms, 1 s, 2 s and then 4 s for ever`() {
        var schedule = RetransmissionSchedule()
        let intervals = (0..<7).map { _ in schedule.next() }
        #expect(intervals == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(4), .seconds(4), .seconds(4)])
    }

    @Test func `a request that nobody answers is sent eleven times before Timer F fires`() {
        var schedule = RetransmissionSchedule()
        var count = 1
        var time = schedule.next()
        while time < Limits.answerTime {
            count += 1
            time += schedule.next()
        }
        #expect(Limits.answerTime == RetransmissionSchedule.t1 * 64 && count == 11)
    }

    @Test func `after a provisional response the interval is T2`() {
        var schedule = RetransmissionSchedule()
        schedule.proceed()
        #expect(schedule.next() == .seconds(4) && schedule.next() == .seconds(4))
    }
}
