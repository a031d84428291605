/// Which version of Liminal this is.
package enum Version {
    /// The same as `info.version` of openapi.yaml.
    package static let number = "0.1.0"
}
