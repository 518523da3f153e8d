// swift-tools-version: 6.2
import PackageDescription

/// Each target declares exactly the modules that it imports; `Scripts/layers` holds both to be equal.
let package = Package(
  name: "loam",
  products: [.executable(name: "loam", targets: ["loam"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C: the float loops, the embedded data, and Debian's libraries.
    .target(name: "CInterrupt"),
    .target(name: "CKernels", exclude: ["families"]),
    .target(name: "CEmbedded", exclude: ["Data", "Prelude"]),
    .systemLibrary(name: "CMalloc"),
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
    .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CArchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CSimdjson", providers: [.apt(["libsimdjson-dev"])]),
    .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
    .target(name: "CJSON", dependencies: ["CSimdjson"], linkerSettings: [.linkedLibrary("simdjson")]),

    // Swift, from the bottom up.
    .target(name: "Diagnostics"),
    .target(name: "Effects", dependencies: ["CInterrupt", "Diagnostics"]),
    .target(name: "Tensors", dependencies: ["Diagnostics"]),
    .target(name: "Engine", dependencies: ["CKernels", "Diagnostics", "Effects", "Tensors"]),
    .target(name: "Images", dependencies: ["CDeflate", "CPNG", "CJPEG", "CWebP", "CTIFF", "CGIF", "Diagnostics", "Tensors", "Engine"]),
    .target(name: "Privacy", dependencies: ["Effects"]),
    // Its tests reach what is internal to it, also in release mode.
    .target(
      name: "Tables", dependencies: ["CZlib", "CJSON", "Diagnostics", "Effects", "Tensors", "Engine", "Privacy"],
      swiftSettings: [.unsafeFlags(["-enable-testing"])]),
    .target(name: "DataSets", dependencies: ["CArchive", "CExpat", "CZlib", "Diagnostics", "Effects", "Tensors", "Engine", "Images", "Tables"]),
    .target(name: "Training", dependencies: ["Diagnostics", "Effects", "Tensors", "Engine", "Privacy", "Images", "DataSets"]),
    .target(name: "ONNX", dependencies: ["Diagnostics", "Tensors", "Engine"]),
    .target(name: "Language", dependencies: ["Diagnostics"]),
    .target(name: "Machine", dependencies: ["Diagnostics", "Effects", "Tensors", "Engine", "Language"]),
    .target(
      name: "Library",
      dependencies: [
        "CEmbedded", "Diagnostics", "Effects", "Tensors", "Engine", "Privacy", "Tables", "Images", "DataSets", "Training", "ONNX", "Language", "Machine",
      ]),
    .target(
      name: "Display",
      dependencies: ["Diagnostics", "Effects", "Tensors", "Engine", "Images", "Tables", "DataSets", "Language", "Machine", "Library"]),
    .target(
      name: "Session",
      dependencies: [
        "Diagnostics", "Effects", "Tensors", "Engine", "Tables", "Images", "DataSets", "Training", "ONNX", "Language", "Machine", "Library", "Display",
      ]),
    .target(name: "Notebook", dependencies: ["CMark", "Diagnostics", "Effects", "Tensors", "Images", "Language", "Machine", "Display", "Session"]),
    .target(name: "Prompt", dependencies: ["CLineEditor", "Diagnostics", "Effects", "Machine", "Library", "Display", "Session", "Notebook"]),
    .executableTarget(
      name: "loam",
      dependencies: [
        "CMalloc", "Diagnostics", "Effects", "Tensors", "Engine", "Images", "DataSets", "Language", "Library", "Session", "Notebook", "Prompt",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests mirror the sources; what several of them need is in TestSupport.
    .target(name: "TestSupport", dependencies: ["Diagnostics", "Effects", "Engine", "Session"], path: "Tests/Support"),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "EffectsTests", dependencies: ["Diagnostics", "Effects"]),
    .testTarget(name: "TensorsTests", dependencies: ["Diagnostics", "Tensors"]),
    .testTarget(name: "EngineTests", dependencies: ["Diagnostics", "Effects", "Tensors", "Engine", "TestSupport"]),
    .testTarget(name: "ImagesTests", dependencies: ["CJPEG", "Diagnostics", "Tensors", "Engine", "Images"]),
    .testTarget(name: "PrivacyTests", dependencies: ["Privacy", "TestSupport"]),
    .testTarget(name: "TablesTests", dependencies: ["Diagnostics", "Effects", "Tensors", "Engine", "Privacy", "Tables", "TestSupport"]),
    .testTarget(name: "DataSetsTests", dependencies: ["Diagnostics", "Effects", "Tensors", "Engine", "Images", "DataSets", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Effects", "Tensors", "Engine", "Privacy", "Training", "Machine", "Library", "Session", "TestSupport"]),
    .testTarget(name: "ONNXTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(name: "LanguageTests", dependencies: ["Diagnostics", "Language", "Machine", "TestSupport"], exclude: ["Corpus"]),
    .testTarget(name: "MachineTests", dependencies: ["Diagnostics", "Effects", "Tensors", "Machine", "Session", "TestSupport"]),
    .testTarget(name: "LibraryTests", dependencies: ["Diagnostics", "Tensors", "Machine", "Library", "Display", "TestSupport"]),
    .testTarget(name: "DisplayTests", dependencies: ["Effects", "Images", "Machine", "Display", "Session", "TestSupport"]),
    .testTarget(name: "SessionTests", dependencies: ["Diagnostics", "Machine", "Session", "TestSupport"]),
    .testTarget(name: "NotebookTests", dependencies: ["Diagnostics", "Effects", "Session", "Notebook", "TestSupport"]),
    .testTarget(name: "PromptTests", dependencies: ["loam", "TestSupport"]),
    .testTarget(name: "LoamTests", dependencies: ["loam", "TestSupport"], exclude: ["allocations.c"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17,
  cxxLanguageStandard: .cxx17
)

// Scripts/fuzz asks for what libFuzzer drives; nobody else builds it.
if Context.environment["LOAM_FUZZ"] != nil {
  package.products.append(.library(name: "Fuzz", type: .static, targets: ["Fuzz"]))
  package.targets.append(.target(name: "Fuzz", dependencies: ["Session"], path: "Tests/Fuzz"))
}
