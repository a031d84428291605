package import HTTP

/// A request on its way to a route.
package struct Call: Sendable {
    /// The request.
    package let request: Request
    /// What stands at the parameters of the route's path.
    package let path: [String: String]
    /// Who sends it.
    package let caller: Caller

    /// A request with what is known of it.
    package init(_ request: Request, path: [String: String] = [:], caller: Caller = .anyone) {
        (self.request, self.path, self.caller) = (request, path, caller)
    }

    /// What stands at a parameter of the path.
    package func name(_ parameter: String) -> String { path[parameter] ?? "" }
}
