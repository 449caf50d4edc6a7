// SPDX-License-Identifier: Apache-2.0

/// What there is to wake a sleeping node for, as the `reason` of MMP's `wake` says it.
package enum WakeReason: String, Sendable {
  case mood
  case message
  case cmb
  case recovery
}
