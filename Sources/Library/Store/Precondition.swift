/// Whether a change may go on, given the entity tag of what is there now (nil: nothing is). Asked within the transaction.
package typealias Precondition = @Sendable (_ current: ETag?) -> Bool
