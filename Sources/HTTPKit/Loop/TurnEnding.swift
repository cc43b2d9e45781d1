/// Gathers output during a turn of the loop and writes it once at the turn's end.
protocol TurnEnding: AnyObject {
    func turnEnded()
}
