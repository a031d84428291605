/// From how many pixels on Winograd's transform is the faster, by the smaller number of channels (`make tune`).
enum ConvolutionTable {
    static let rows: [(channels: Int, pixels: Int)] = [
        (32, 36), (64, 36), (128, 36), (256, 36), (320, 36), (512, 36), (640, 36), (1280, 36),
    ]
}
