package import HTTPKit
package import Nhss

/// `user@realm` and `user%40realm` name one resource: the segment is decoded once, then checked.
extension IMPI: PathParameter {
    package init(pathSegment: [UInt8]) throws(PathParameterError) {
        do throws(MalformedValue) { try self.init(pathSegment) } catch { throw PathParameterError(reason: error.reason) }
    }
}

/// A system's name as a path segment.
extension SystemID: PathParameter {
    package init(pathSegment: [UInt8]) throws(PathParameterError) {
        do throws(MalformedValue) { try self.init(pathSegment) } catch { throw PathParameterError(reason: error.reason) }
    }
}
