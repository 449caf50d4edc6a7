# SPDX-License-Identifier: Apache-2.0
# What a board binary must not be. Each gate ends the build with the reason.
# shellcheck shell=bash

# check_resolver FILE: the name services of a static glibc load whatever modules the board's system
# has, and its resolver blocks; hosts are found by mDNS, users and groups in their files.
check_resolver() {
  if LC_ALL=C nm "$1" | grep -wE 'getaddrinfo|gethostbyname(_r)?|__nss_module_load'; then
    fail "$1: expected no resolver or name service of the C library"
  fi
}

# check_static FILE: nothing is loaded or resolved at start.
check_static() {
  local headers
  headers=$(LC_ALL=C readelf -ldW "$1")
  if grep -E '\(NEEDED\)|INTERP' <<<"$headers"; then
    fail "$1: expected a static executable without loader or shared libraries"
  fi
}

# check_processor BOARD FILE: what the linker recorded of the 32-bit ARM features in use.
check_processor() {
  local attributes
  [[ $(board_value "$1" compile.triple) == armv6-* ]] || return 0
  attributes=$(LC_ALL=C readelf -A "$2")
  grep -qE 'Tag_CPU_arch: v6(K|KZ)?$' <<<"$attributes" &&
    ! grep -qE 'Tag_FP_arch: (VFPv[34]|FP)|Tag_Advanced_SIMD_arch|Tag_THUMB_ISA_use: Thumb-2' \
      <<<"$attributes" || {
    say "$attributes" >&2
    fail "$2: expected nothing above ARMv6 and VFPv2"
  }
}
