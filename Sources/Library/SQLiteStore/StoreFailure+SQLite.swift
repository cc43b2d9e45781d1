public import Store

extension StoreFailure {
    /// What an error of SQLite means to those who know no SQL.
    ///
    /// A broken rule of the tables that gets here is a fault of this program: a store makes an outcome of each that a request can break.
    @usableFromInline init(_ error: SQLiteError) {
        self.init(Code(error.code), error.reason, place: error.place)
    }
}

extension StoreFailure.Code {
    init(_ code: SQLiteError.Code) {
        self =
            switch code {
            case .overloaded: .overloaded
            case .full: .full
            case .closed, .busyOrLocked, .cannotOpen, .openToOthers, .settingRefused, .outOfMemory: .unavailable
            case .failed, .ioError: .failed
            case .corrupt, .wrongType, .foreign, .schemaTooNew: .damaged
            case .constraintUnique, .constraintCheck, .constraintNotNull, .constraintForeignKey, .tooLarge, .misuse: .misuse
            }
    }
}
