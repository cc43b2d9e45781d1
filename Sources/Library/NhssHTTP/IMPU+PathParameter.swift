package import HTTPKit
package import Nhss

extension IMPU: PathParameter {
    package init(pathSegment: [UInt8]) throws(PathParameterError) {
        do throws(MalformedValue) { try self.init(pathSegment) } catch { throw PathParameterError(reason: error.reason) }
    }
}
