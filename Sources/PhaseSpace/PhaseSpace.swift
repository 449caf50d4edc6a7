// SPDX-License-Identifier: Apache-2.0

// PhaseSpace turns signals into phases and phases into the state of the mesh: pure mathematics,
// without a clock, a device or a socket.
