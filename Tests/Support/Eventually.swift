internal import Base

/// Looks again and again until something is so.
///
/// - Returns: whether it was so before the time was over.
package func eventually(within time: Duration = .seconds(10), _ isSo: () throws -> Bool) async rethrows -> Bool {
    let deadline = Instant.now + time
    while try !isSo() {
        guard Instant.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}
