internal import Base

/// Writes log lines on a thread of its own, so that nobody who logs ever waits for whoever reads the log.
final class LogWriter: Sendable {
    private let queue: LogQueue

    /// - Parameters:
    ///   - output: may block.
    ///   - format: of the lines that tell of missing lines.
    ///   - bytesMax: the memory that waiting lines may take.
    init(_ output: LineOutput, _ format: LineFormat, bytesMax: Int = ServiceLimits.logQueuedBytesMax) {
        queue = LogQueue(format, bytesMax: bytesMax)
        let work = Work(queue: queue, output: output)
        SystemThread.startOrEnd { work.run() }
    }

    deinit { close() }

    /// Takes lines without ever blocking.
    var output: LineOutput { .trying(queue.add) }

    /// Lines that were lost: there was no room for them, or they could not be written.
    var droppedCount: Int { queue.dropped.value }
    /// Lines that were not written because there were too many of their kind.
    var leftOutCount: Int { queue.leftOut.value }

    /// Whether a line of a kind is to be written now.
    func admits(_ kind: LineKind) -> Bool { queue.admits(kind) }

    /// Takes no more lines, and waits a moment for those that wait to be written.
    func close() { queue.close(within: ServiceLimits.logCloseTime) }

    private final class Work: Sendable {
        let queue: LogQueue
        let output: LineOutput

        init(queue: LogQueue, output: LineOutput) {
            self.queue = queue
            self.output = output
        }

        func run() {
            while let (lines, notices) = queue.next() {
                for line in lines { queue.finish(line, wasWritten: output.write(line)) }
                // Nothing tells of a notice that cannot be written.
                for notice in notices { _ = output.write(notice) }
            }
            queue.end()
        }
    }
}
