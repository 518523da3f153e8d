// swift-tools-version: 6.2
import PackageDescription

/// The house of Loam: each target names the rooms directly below it, and arrows point down only
/// (`Scripts/check` holds the imports in the sources against this list).
let package = Package(
  name: "loam",
  products: [.executable(name: "loam", targets: ["loam"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C: the float loops, the embedded data, and Debian's libraries.
    .target(name: "CKernels", exclude: ["families"]),
    .target(name: "CEmbedded", exclude: ["Data", "Prelude"]),
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
    .target(
      name: "CLineEditor", dependencies: ["CReadline"], linkerSettings: [.linkedLibrary("readline")]),
    .systemLibrary(name: "CMark", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CJPEG", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CWebP", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CTIFF", providers: [.apt(["libtiff-dev"])]),
    .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),

    // From the ground floor up.
    .target(name: "Diagnostics"),
    .target(name: "Effects", dependencies: ["Diagnostics"]),
    .target(name: "Tensors", dependencies: ["CKernels", "Diagnostics"]),
    .target(name: "Engine", dependencies: ["CKernels", "Tensors", "Effects"]),
    .target(name: "Images", dependencies: ["CPNG", "CJPEG", "CWebP", "CTIFF", "CGIF", "Engine"]),
    .target(name: "DataSets", dependencies: ["CZlib", "Images"]),
    .target(name: "Training", dependencies: ["DataSets"]),
    .target(name: "Language", dependencies: ["Diagnostics"]),
    .target(name: "Machine", dependencies: ["Language", "Engine"]),
    .target(name: "Library", dependencies: ["Machine", "Training", "CEmbedded"]),
    .target(name: "Display", dependencies: ["Library"]),
    .target(name: "Session", dependencies: ["Display"]),
    .target(name: "Notebook", dependencies: ["Session", "CMark"]),
    .target(name: "Prompt", dependencies: ["Notebook", "CLineEditor"]),
    .executableTarget(
      name: "loam",
      dependencies: [
        "Prompt", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests mirror the sources.
    .testTarget(name: "KernelTests", dependencies: ["CKernels"]),
    .testTarget(name: "EngineTests", dependencies: ["Engine"]),
    .testTarget(name: "LanguageTests", dependencies: ["Language"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images", "CJPEG", "CKernels"]),
    .testTarget(name: "DataSetsTests", dependencies: ["DataSets"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training"]),
    .testTarget(name: "DisplayTests", dependencies: ["Display", "Images"]),
    .testTarget(name: "SessionTests", dependencies: ["Session", "CKernels"]),
    .testTarget(name: "NotebookTests", dependencies: ["Notebook", "CKernels"]),
    .testTarget(name: "CommandTests", dependencies: ["loam"], exclude: ["allocations.c"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)

// Scripts/fuzz asks for what libFuzzer drives; nobody else builds it.
if Context.environment["LOAM_FUZZ"] != nil {
  package.products.append(.library(name: "Fuzz", type: .static, targets: ["Fuzz"]))
  package.targets.append(.target(name: "Fuzz", dependencies: ["Session"], path: "Tests/Fuzz"))
}
