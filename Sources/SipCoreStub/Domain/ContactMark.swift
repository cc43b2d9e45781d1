/// Held by each contact that was registered over a connection, and by the connection.
///
/// So the connection can tell whether any of its contacts is still registered, whoever has ended them: then nobody else holds the mark.
final class ContactMark: Sendable {}
