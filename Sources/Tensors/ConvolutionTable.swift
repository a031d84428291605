/// From how many pixels on each of Winograd's transforms is the faster, by the smaller number of channels (`make tune`).
enum ConvolutionTable {
    static let rows: [(channels: Int, winograd2x2: Int, winograd4x4: Int)] = [
        (32, 1024, 4096),
        (64, 144, 144),
        (128, 36, 144),
        (256, 36, 144),
        (320, 36, 144),
        (512, 36, 256),
        (640, 36, 256),
        (1280, 36, 144),
    ]
}
