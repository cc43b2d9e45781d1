/// Who is told that its time has come, and cancels its timers before it goes.
protocol TimerOwner: AnyObject {
    func timeIsUp()
}
