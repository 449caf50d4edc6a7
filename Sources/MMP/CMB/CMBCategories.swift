// SPDX-License-Identifier: Apache-2.0

/// What a memory block says, in the seven categories every block has.
package struct CMBCategories: Equatable, Sendable {
  /// The categories, in the order that keys are computed in.
  package enum Name: Int, CaseIterable, Sendable {
    case focus, issue, intent, motivation, commitment, perspective, mood

    package var text: String {
      switch self {
      case .focus: "focus"
      case .issue: "issue"
      case .intent: "intent"
      case .motivation: "motivation"
      case .commitment: "commitment"
      case .perspective: "perspective"
      case .mood: "mood"
      }
    }
  }

  package static let count = 7
  /// What an absent category says on the wire.
  package static let neutral = "neutral"

  /// One text for each category, empty where nothing was said.
  package var texts = [String](repeating: "", count: count)
  /// Keys of the blocks each category was taken from.
  package var parents = [[String]](repeating: [], count: count)
  /// Of the mood alone: unpleasant −1 … 1 pleasant; nil where unknown.
  package var valence: Double?
  /// Of the mood alone: calm −1 … 1 excited; nil where unknown.
  package var arousal: Double?

  package init(focus: String = "") { self[.focus] = focus }

  package subscript(name: Name) -> String {
    get { texts[name.rawValue] }
    set { texts[name.rawValue] = newValue }
  }

  /// Whether no category says anything; such a block is dropped.
  package var isEmpty: Bool { texts.allSatisfy { $0.isEmpty } }

  func write(_ form: CMB.Form, _ object: inout JSONWriter) {
    for name in Name.allCases {
      object.object(name.text) { category in
        category.field("text", self[name])
        if name == .mood, let valence { category.field("valence", valence) }
        if name == .mood, let arousal { category.field("arousal", arousal) }
        guard form == .sectioned else { return }
        category.object("meta") { meta in
          meta.field("key", ByteText.hex(CMBKey.leaf(name, self[name])))
          meta.array("parents", of: parents[name.rawValue])
        }
      }
    }
  }

  /// Reads either form; a category may also be a bare text, and any may be absent.
  init(reading object: JSONValue) throws(FrameFailure) {
    self.init()
    for name in Name.allCases {
      guard let category = object[name.text], !category.isNull else { continue }
      if let text = category.string {
        self[name] = text
        continue
      }
      guard category.isObject else {
        throw .field("categories", of: "cmb", expected: "an object for each category")
      }
      self[name] = category.string("text") ?? ""
      parents[name.rawValue] =
        category.object("meta")?.texts("parents", atMost: CMB.mostParents) ?? []
      guard name == .mood else { continue }
      valence = Self.unit(category.double("valence"))
      arousal = Self.unit(category.double("arousal"))
    }
  }

  private static func unit(_ number: Double?) -> Double? { number.map { min(1, max(-1, $0)) } }
}
