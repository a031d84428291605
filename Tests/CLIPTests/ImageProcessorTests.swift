import CLIP
import Images
import JSON
import Tensors
import TestSupport
import Testing

@Suite struct ImageProcessorTests {
    @Test("makes the very numbers of transformers", arguments: 0..<12)
    func makesTheVeryNumbers(index: Int) throws {
        let golden = try Golden("clip/preprocess.safetensors")
        let settings = try JSONCursor(JSONValue(parsing: Array(golden.text("processors").utf8))).array()
        #expect(settings.count == 12)
        let processor = try ImageProcessor(settings[index])
        for (number, image) in try golden.images().enumerated() {
            let pixels = processor([image], on: .forTests)
            let name = "pixels.\(index).\(number)"
            #expect(pixels.shape == [1] + (try golden.shape(name)))
            #expect(pixels.scalars == (try golden.floats(name)), "\(name)")
        }
    }

    @Test(
        "refuses",
        arguments: [
            #"{"resample":2}"#, #"{"image_processor_type":"ViTImageProcessor"}"#, #"{"size":0}"#, #"{"size":"224"}"#,
            #"{"size":{"longest_edge":224}}"#, #"{"size":{"shortest_edge":224,"longest_edge":300}}"#,
            #"{"size":{"height":224}}"#, #"{"size":[224]}"#, #"{"crop_size":{"shortest_edge":224}}"#,
            #"{"crop_size":100000}"#, #"{"image_std":[1,1,0]}"#, #"{"image_mean":[1,1]}"#, #"{"do_resize":"yes"}"#,
            #"{"rescale_factor":"1/255"}"#,
        ])
    func refuses(text: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(throws: JSONFieldError.self) { try ImageProcessor(JSONCursor(value)) }
    }

    @Test func knowsWhetherAllImagesBecomeSquaresOfOneSide() throws {
        func makes(_ settings: JSONValue) throws -> Bool {
            try ImageProcessor(JSONCursor(settings)).makesSquares(of: 8)
        }
        #expect(try makes(["size": 9, "crop_size": 8]))
        #expect(try makes(["do_center_crop": false, "size": ["height": 8, "width": 8]]))
        #expect(try makes(["do_resize": false, "crop_size": ["height": 8, "width": 8]]))
        #expect(try !makes(["size": 8, "crop_size": 9]))
        #expect(try !makes(["size": 8, "do_center_crop": false]))
        #expect(try !makes(["do_resize": false, "do_center_crop": false]))
    }

    @Test("resizes no more than it keeps", .timeLimit(.minutes(1)), arguments: [(4096, 1), (1, 4096)])
    func resizesNoMoreThanItKeeps(width: Int, height: Int) throws {
        let processor = try ImageProcessor(JSONCursor(["do_rescale": false, "do_normalize": false]))
        let strip = Image(width: width, height: height, pixels: [UInt8](repeating: 7, count: width * height * 3))
        let pixels = processor([strip], on: .forTests)
        #expect(pixels.shape == [1, 224, 224, 3])
        #expect(pixels.scalars.allSatisfy { $0 == 7 })
    }
}
