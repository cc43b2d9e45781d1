package struct PathParameterError: Error, Equatable {
    package let reason: String
    package init(reason: String) { self.reason = reason }
}
