import CLIP
import Images
import Scoring

extension ModelRegistry.LoadedCLIP {
    /// The unit vector of a picture, D numbers.
    package func embedding(ofPNG png: [UInt8]) throws(APIError) -> [Float] {
        var uploaded = UploadedImages()
        try uploaded.append(png: png, at: .pointer(""))
        return model.embed(images: uploaded.images).rows[0]
    }
}

/// The images of a job, each embedded at most once by each CLIP, whichever scorers ask.
struct EmbeddedImages {
    let images: [Image]
    private var embeddings: [String: [[Float]]] = [:]

    init(_ images: [Image]) { self.images = images }

    /// The images' unit vectors in a CLIP's space, N of D numbers.
    mutating func embeddings(by clip: ModelRegistry.LoadedCLIP) -> [[Float]] {
        if let known = embeddings[clip.id] { return known }
        let fresh = clip.model.embed(images: images).rows
        embeddings[clip.id] = fresh
        return fresh
    }
}
