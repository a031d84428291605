// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
/// For modules above the C wrappers: the compiler proves that they hold no pointer.
let pointerFree = strict + [.strictMemorySafety()]

/// Of C.
let warnings: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

let package = Package(
    name: "liminal",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CKernels", cSettings: warnings),
        .target(name: "Tensors", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: strict),
        .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: strict),
        .target(name: "Images", dependencies: ["CPNG", "CJPEG"], swiftSettings: strict),
        .target(name: "HTTP", dependencies: ["CMicroHTTPD"], swiftSettings: strict),
        .target(name: "Digests", dependencies: ["CNettle"], swiftSettings: strict),
        .target(name: "Jobs", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "Layers", dependencies: ["Tensors", "JSON"], swiftSettings: pointerFree),
        .target(name: "CLIP", dependencies: ["Layers", "Tensors", "JSON", "Images"], swiftSettings: pointerFree),
        .target(
            name: "Diffusion", dependencies: ["CLIP", "Layers", "Tensors", "JSON", "Images"],
            swiftSettings: pointerFree),
        .target(
            name: "GAN", dependencies: ["Layers", "Tensors", "JSON", "Images"], swiftSettings: pointerFree),
        .target(name: "Charts", dependencies: ["Images"], swiftSettings: pointerFree),
        .target(
            name: "Perception", dependencies: ["CLIP", "Layers", "Tensors", "JSON", "Images"],
            swiftSettings: pointerFree),
        .target(
            name: "Scoring", dependencies: ["CLIP", "GAN", "Layers", "Tensors", "JSON", "Images"],
            swiftSettings: pointerFree),
        .target(
            name: "Service",
            dependencies: [
                "Diffusion", "Scoring", "Perception", "GAN", "CLIP", "Layers", "Tensors", "Charts", "HTTP", "JSON",
                "Images", "Jobs", "Digests",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: pointerFree),
        .executableTarget(
            name: "liminal-bench", dependencies: ["Diffusion", "CLIP", "Tensors", "Images"], path: "Benchmarks/Bench",
            swiftSettings: strict),
        .executableTarget(
            name: "liminal-tune", dependencies: ["Tensors"], path: "Benchmarks/Tune", swiftSettings: strict),
        .target(name: "Peaks", path: "Benchmarks/Peaks", cSettings: warnings),
        .executableTarget(
            name: "liminal-roofline", dependencies: ["Tensors", "Peaks"], path: "Benchmarks/Roofline",
            swiftSettings: strict),
        .executableTarget(
            name: "liminal-check", dependencies: ["Perception", "GAN", "Diffusion", "Layers", "Tensors", "Images"],
            path: "Benchmarks/Check", swiftSettings: strict),
        .executableTarget(
            name: "liminal",
            dependencies: [
                "Service", "Scoring", "Tensors", "JSON",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["Tensors", "Layers", "JSON", "Images"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", "Images"], swiftSettings: strict),
        .testTarget(name: "ImagesTests", dependencies: ["Images", "JSON", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP"], swiftSettings: strict),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: strict),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "LayersTests", dependencies: ["Layers", "Tensors", "JSON", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CLIPTests", dependencies: ["CLIP", "Layers", "Tensors", "JSON", "Images", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DiffusionTests",
            dependencies: ["Diffusion", "CLIP", "Layers", "Tensors", "JSON", "Images", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "GANTests", dependencies: ["GAN", "Layers", "Tensors", "JSON", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "PerceptionTests",
            dependencies: ["Perception", "CLIP", "Layers", "Tensors", "JSON", "Images", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ScoringTests",
            dependencies: ["Scoring", "GAN", "CLIP", "Layers", "Tensors", "JSON", "Images", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Service", "Diffusion", "Scoring", "Tensors", "HTTP", "JSON", "Images", "Jobs", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
