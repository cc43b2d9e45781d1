internal import Synchronization

/// Makes numbers for the spans of traces. They are no secret and say nothing about any key: whoever sees one can compute the next.
///
/// The system gives a seed once, not a number for every span: a call of its generator costs as much as a vector's keys. What follows is
/// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), which gives every value once before it repeats.
package enum SpanNumbers {
    package static let next: @Sendable () -> UInt64 = {
        var value = position.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    private static let position = Atomic<UInt64>(.random(in: .min ... .max))
}
