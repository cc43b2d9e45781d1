/// An object that timers call. It has to cancel them before it is freed.
protocol TimerOwner: AnyObject {
    func timeIsUp()
}
