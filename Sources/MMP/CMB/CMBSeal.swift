// SPDX-License-Identifier: Apache-2.0

enum CMBSeal {
  static let nonceCount = 12
}
