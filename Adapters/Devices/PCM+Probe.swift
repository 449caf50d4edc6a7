// SPDX-License-Identifier: Apache-2.0

extension PCM {
  /// Opens a PCM for a moment and says how it was opened.
  package static func probe(_ request: PCMRequest) throws(AdapterProblem) -> String {
    do throws(PCMError) {
      let pcm = try PCM.open(request)
      return "\(request.device): \(pcm.format)"
    } catch { throw AdapterProblem("device", "\(error)") }
  }
}
