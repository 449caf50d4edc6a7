// swift-tools-version: 6.2
import PackageDescription

// One package, two modes: `swift build` makes regular Swift for the host and its tests;
// `cross-compile/build BOARD` makes Embedded Swift for a board from the same targets.
// Libraries are named on the executable because a bare-metal triple ignores the `link`
// lines of module maps.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let libraries = [
  "sodium", "jansson", "yaml", "asound", "gpiod", "i2c", "jpeg", "avahi-core", "avahi-common",
  "mbedcrypto", "qrencode", "m",
]

// What is not called for every sample or pulse is built for size: flash and memory are scarce.
let small: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// One Swift module in `path`, with the settings all modules share.
func module(
  _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, isFast: Bool = false
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path,
    swiftSettings: settings + (isFast ? [] : small))
}

/// The tests of one module, in `Tests/<module>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "taumesh",
  products: [.executable(name: "taumesh", targets: ["taumesh"])],
  targets: [
    .target(name: "CSystem", linkerSettings: [.linkedLibrary("m")]),
    .systemLibrary(name: "CMath"),
    .systemLibrary(name: "CSodium"),
    .target(name: "CCrypto", linkerSettings: [.linkedLibrary("mbedcrypto")]),
    .target(name: "CJansson", linkerSettings: [.linkedLibrary("jansson")]),
    .systemLibrary(name: "CYaml"),
    .systemLibrary(name: "CQRCode"),
    .target(name: "CAlsa", linkerSettings: [.linkedLibrary("asound")]),
    .target(name: "CGpiod", linkerSettings: [.linkedLibrary("gpiod")]),
    .target(name: "CI2C", linkerSettings: [.linkedLibrary("i2c")]),
    .target(name: "CVideo", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(
      name: "CAvahi",
      linkerSettings: [.linkedLibrary("avahi-core"), .linkedLibrary("avahi-common")]),
    .systemLibrary(name: "CWebSockets", pkgConfig: "taumesh-websockets"),
    .target(name: "CWeb", dependencies: ["CWebSockets"]),
    module("PhaseSpace", ["CMath"], isFast: true),
    module("MMP", ["CSodium", "CJansson", "CCrypto"]),
    module("Memory", ["MMP"]),
    module("Cognition", ["Memory", "MMP", "CMath"]),
    module("Mesh", ["MMP", "PhaseSpace"]),
    module("Runtime", ["CSystem", "CAvahi"]),
    module("Surface", ["CWeb", "CCrypto", "MMP", "Mesh", "Runtime"]),
    module(
      "Devices", ["Runtime", "CAlsa", "CGpiod", "CI2C", "CSystem", "CVideo"],
      path: "Adapters/Devices"),
    module("Inputs", ["PhaseSpace", "Runtime", "Devices"], path: "Adapters/Inputs"),
    module("Guard", ["Runtime", "Devices", "CI2C", "CSystem"]),
    module("Outputs", ["PhaseSpace", "Runtime", "Devices", "Guard"], path: "Adapters/Outputs"),
    module(
      "NodeCore",
      [
        "PhaseSpace", "MMP", "Memory", "Cognition", "Mesh", "Runtime", "Devices", "Guard", "Inputs",
        "Outputs", "CSodium", "CSystem", "CYaml",
      ]),
    .executableTarget(
      name: "taumesh",
      dependencies: [
        "NodeCore", "MMP", "Runtime", "CSystem", "CQRCode", "Devices", "Inputs", "Guard",
        "Surface",
      ],
      swiftSettings: settings + small,
      linkerSettings: libraries.map { .linkedLibrary($0) }),
    tests("PhaseSpace", ["PhaseSpace"]),
    tests("MMP", ["MMP", "CSodium", "CCrypto"]),
    tests("Memory", ["Memory"]),
    tests("Cognition", ["Cognition", "Memory", "MMP"]),
    tests("Mesh", ["Mesh", "MMP", "PhaseSpace"]),
    tests("Runtime", ["Runtime", "CSystem"]),
    tests("Surface", ["Surface", "MMP", "Runtime"]),
    .target(
      name: "JPEGMaker", path: "Tests/JPEGMaker", linkerSettings: [.linkedLibrary("jpeg")]),
    tests(
      "Adapter",
      ["Devices", "Guard", "Inputs", "Outputs", "PhaseSpace", "Runtime", "CVideo", "JPEGMaker"]),
    tests("Guard", ["Guard", "Runtime", "CSystem"]),
    tests(
      "NodeCore",
      [
        "NodeCore", "MMP", "Mesh", "Cognition", "PhaseSpace", "Devices", "Inputs", "Outputs",
        "Runtime",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// `Tests/fuzz/run` alone builds the decoders with libFuzzer, which brings its own `main`.
if Context.environment["TAUMESH_FUZZ"] != nil {
  package.targets += [
    .target(
      name: "Fuzz", dependencies: ["MMP", "Mesh", "Cognition", "CSodium"],
      path: "Tests/fuzz/Sources/Fuzz",
      swiftSettings: settings),
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzz"], path: "Tests/fuzz/Sources/Driver",
      linkerSettings: libraries.map { .linkedLibrary($0) }),
  ]
  package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
}
