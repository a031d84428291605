package import Images
package import JSON
package import Scoring

/// What a request to fit centroids says, each field within its own limits.
package struct CentroidFields: Sendable {
    /// What is clustered.
    package enum Points: Sendable {
        case texts([String])
        case images([Image])
        /// Unit vectors of a CLIP's space, and what they are of.
        case embeddings([[Float]], Centroids.Source)
        /// Centres that were fitted elsewhere: they are taken as they are.
        case centres([[Float]])
    }

    /// The new set's name.
    package let name: String
    /// What is clustered.
    package let points: Points
    /// The CLIP in whose space it is; nil for the default one.
    package let embedder: String?
    /// The settings of the fit; nil for centres that are imported.
    package let kMeans: KMeans?
    /// A name for each centre, if the request has them.
    package let labels: [String]?
    /// Whether the curve over k = 2...14 is wanted as well.
    package let wantsSweep: Bool

    /// The most characters that a set's name may have.
    package static let maximumNameLength = 64
    private static let maximumTextCount = 10_000
    private static let maximumLabelLength = 200

    /// The fields that say what is clustered; a request has one of them.
    package static let pointNames = ["texts", "images", "embeddings", "centres"]
    /// All fields.
    package static let fieldNames =
        ["name", "k", "seed", "restarts", "max_iterations", "tolerance", "embedder", "labels", "sweep"] + pointNames

    /// Reads a body's fields; the others are what came outside of it.
    package init(
        _ body: JSONCursor, images: [Image] = [], centres: [[Float]]? = nil,
        embeddings: ([[Float]], Centroids.Source)? = nil
    ) throws(APIError) {
        do throws(JSONFieldError) {
            try body.refuseUnknownFields(Self.fieldNames)
            name = try Self.name(body.required("name"))
            embedder = try body.field("embedder")?.string(maximumLength: 256)
            wantsSweep = try body.field("sweep")?.bool() ?? false
            labels = try body.field("labels").map { field throws(JSONFieldError) in
                var labels: [String] = []
                for label in try field.array(maximumCount: Centroids.maximumCount) {
                    labels.append(try label.string(maximumLength: Self.maximumLabelLength))
                }
                return labels
            }
        } catch {
            throw APIError(error)
        }
        if let (points, source) = embeddings {
            self.points = .embeddings(points, source)
        } else {
            points = try Self.points(body, images: images, centres: centres)
        }
        if case .centres = points {
            kMeans = nil
        } else {
            do throws(JSONFieldError) { kMeans = try Self.kMeans(body) } catch { throw APIError(error) }
        }
    }

    private static func kMeans(_ body: JSONCursor) throws(JSONFieldError) -> KMeans {
        var kMeans = KMeans(k: try body.required("k").integer(in: 2...Centroids.maximumCount))
        kMeans.seed = UInt64(try body.field("seed")?.integer(in: 0...Int(UInt32.max)) ?? 0)
        kMeans.restartCount = try body.field("restarts")?.integer(in: 1...100) ?? 1
        kMeans.maximumIterationCount = try body.field("max_iterations")?.integer(in: 1...1000) ?? 300
        kMeans.tolerance = try body.field("tolerance")?.number(in: 0...1) ?? 1e-4
        return kMeans
    }

    /// A name that is a file's name on any system, and no hidden one.
    private static func name(_ field: JSONCursor) throws(JSONFieldError) -> String {
        let name = try field.string(maximumLength: maximumNameLength)
        guard name.isPlainName else {
            throw .outOfRange(
                pointer: field.pointer,
                expected: "letters of ASCII, digits, '-', '_' and '.', not '.' first", actual: "'\(name.prefix(64))'")
        }
        return name
    }

    private static func points(
        _ body: JSONCursor, images: [Image], centres: [[Float]]?
    ) throws(APIError) -> Points {
        let given = pointNames.filter { body.field($0) != nil }
        let count = given.count + (images.isEmpty ? 0 : 1) + (centres == nil ? 0 : 1)
        guard count == 1 else {
            throw APIError(
                count == 0 ? .missingField : .unsupportedValue,
                "must have one of 'texts', 'images', 'embeddings' and 'centres', not \(count)", at: .pointer(""))
        }
        if !images.isEmpty { return .images(images) }
        if let centres { return .centres(centres) }
        let field: JSONCursor
        do throws(JSONFieldError) { field = try body.required(given[0]) } catch { throw APIError(error) }
        switch given[0] {
        case "texts": return .texts(try texts(field))
        case "images": return .images(try UploadedImages.many(field))
        case "embeddings": return .embeddings(try vectors(field, maximumCount: KMeans.maximumPointCount), .embedding)
        default: return .centres(try vectors(field, maximumCount: Centroids.maximumCount))
        }
    }

    private static func texts(_ field: JSONCursor) throws(APIError) -> [String] {
        do throws(JSONFieldError) {
            var texts: [String] = []
            for text in try field.array(maximumCount: maximumTextCount) {
                texts.append(try text.string(maximumLength: StyleList.maximumLabelLength))
            }
            return texts
        } catch {
            throw APIError(error)
        }
    }

    private static func vectors(_ field: JSONCursor, maximumCount: Int) throws(APIError) -> [[Float]] {
        do throws(JSONFieldError) {
            return try field.vectors(maximumCount: maximumCount)
        } catch {
            throw APIError(error)
        }
    }
}
