# SPDX-License-Identifier: Apache-2.0
# What setup, build and check share: where things are, and how to read a board's data.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${TAUMESH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/taumesh}
boards=(zero pi2 pi4 server)
suite=bookworm

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

is_board() {
  local board
  for board in "${boards[@]}"; do
    [[ $board == "$1" ]] && return 0
  done
  return 1
}

# board_value BOARD KEY: the scalar under `section.key` or `key` of Boards/BOARD/board.yaml, which
# keeps to two levels of plain scalars and comments after two blanks.
board_value() {
  awk -v wanted="$2" '
    /^[[:space:]]*(#|$)/ { next }
    {
      line = $0
      sub(/[[:space:]]+#.*$/, "", line)
      colon = index(line, ":")
      key = substr(line, 1, colon - 1)
      value = substr(line, colon + 1)
      sub(/^[[:space:]]+/, "", value)
      if (key ~ /^ /) { sub(/^ +/, "", key); key = section "." key } else { section = key }
      if (key == wanted) { print value; found = 1; exit }
    }
    END { if (!found) exit 1 }' "$root/Boards/$1/board.yaml" ||
    fail "Boards/$1/board.yaml: no value named $2"
}

find_toolchain() {
  command -v swiftc >/dev/null ||
    fail "no swiftc on the PATH; expected a Swift 6.3 toolchain (https://www.swift.org/install)"
}

# toolchain_prefix: the `usr` folder of the Swift toolchain on the PATH, asked of the compiler itself
# so that version managers and symbolic links do not matter.
toolchain_prefix() {
  local resources
  find_toolchain
  resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": *"\(.*\)".*/\1/p')
  [[ -d $resources/embedded ]] ||
    fail "$resources/embedded is missing; expected a toolchain with Embedded Swift"
  (cd "$resources/../.." && pwd)
}

# digest TEXT…: a short name for what TEXT describes, part of the cache's folder names.
digest() { printf '%s\n' "$@" | sha256sum | cut -c1-12; }

# The libraries of a board, taken from Debian for its architecture.
sysroot_packages=(
  libc6 libc6-dev linux-libc-dev libcrypt-dev
  libsodium-dev libjansson-dev libyaml-dev libasound2-dev libavahi-core-dev libavahi-common-dev
  libgpiod-dev libi2c-dev libjpeg62-turbo-dev libmbedtls-dev libcap-dev libqrencode-dev
)

# library_flags BOARD: what compiles for it a library that hardly calculates.
library_flags() {
  local words
  words="$(board_value "$1" compile.flags) $(board_value "$1" compile.library-flags)"
  words=${words# }
  say "${words% }"
}

# sysroot_folder BOARD: where setup unpacks them and build finds them.
sysroot_folder() {
  local architecture
  architecture=$(board_value "$1" compile.debian)
  say "$cache/sysroot/$suite-$architecture-$(digest "${sysroot_packages[@]}")"
}

# PCM plugins exist in a static ALSA only when named here: conversion, routing and the types that
# Debian's alsa.conf reaches from `default`, `front` and `plughw`, and `file` and `null` for tests.
alsa_plugins="copy linear lfloat plug rate null empty file route softvol hooks asym \
dmix dshare dsnoop multi mmap_emul"
alsa_options=(
  --enable-static --disable-shared --disable-python --disable-ucm --disable-topology
  --disable-old-symbols --disable-alisp --disable-rawmidi --disable-hwdep --disable-seq
  --without-versioned --with-libdl=no --with-pthread=yes
)
alsa_flags="-Os -ffunction-sections -fdata-sections"

# alsa_folder BOARD: the static alsa-lib built for it.
alsa_folder() {
  local sysroot version flags
  sysroot=$(sysroot_folder "$1")
  flags=$(library_flags "$1")
  version=$(alsa_version "$sysroot")
  say "$cache/alsa/$version-$1-$(digest "$flags" "$alsa_flags" "$alsa_plugins" "${alsa_options[@]}")"
}

# alsa_version SYSROOT: version of the source package whose headers are in it.
alsa_version() {
  sed -n 's/^libasound2-dev \([^ +]*\).*/\1/p' "$1/packages"
}

# Only what is used: HTTP/1 and HTTP/2, WebSocket, an MQTT client, TLS by mbedTLS, name look-up that
# does not block, and descriptors in a loop of our own. Proxies named by the environment are
# left out.
websockets_options=(
  -DCMAKE_BUILD_TYPE=MinSizeRel -DLWS_WITH_STATIC=ON -DLWS_WITH_SHARED=OFF
  -DLWS_WITH_MBEDTLS=ON -DLWS_WITH_HTTP2=ON -DLWS_ROLE_MQTT=ON -DLWS_WITH_EXTERNAL_POLL=ON
  -DLWS_WITH_SYS_ASYNC_DNS=ON -DLWS_IPV6=ON -DLWS_WITHOUT_EXTENSIONS=ON -DLWS_WITH_ZLIB=OFF
  -DLWS_WITH_EVLIB_PLUGINS=OFF -DLWS_WITH_SYS_SMD=OFF -DLWS_WITH_HTTP_BASIC_AUTH=OFF
  -DLWS_CLIENT_HTTP_PROXYING=OFF -DLWS_UNIX_SOCK=OFF -DLWS_ROLE_RAW_FILE=OFF
  -DLWS_WITH_DIR=OFF -DLWS_WITH_LEJP_CONF=OFF -DLWS_LOGS_TIMESTAMP=OFF
  -DLWS_WITHOUT_TESTAPPS=ON -DLWS_WITH_EXPORT_LWSTARGETS=OFF -DDISABLE_WERROR=ON
)
# The C library's resolver and name services block and, in a static program, load modules:
# libwebsockets calls these names instead, which Sources/CWeb defines.
websockets_flags="-Os -ffunction-sections -fdata-sections -Dgetaddrinfo=tm_no_getaddrinfo \
-Dfreeaddrinfo=tm_no_freeaddrinfo -Dgetnameinfo=tm_no_getnameinfo -Dgetpwnam=tm_no_getpwnam \
-Dgetpwuid=tm_no_getpwuid \
-Dgetgrnam=tm_no_getgrnam -Dgetgrgid=tm_no_getgrgid -Dinitgroups=tm_no_initgroups"
websockets_version=4.1.6-3
websockets_patches=("$root"/cross-compile/libwebsockets-{mqtt,http2,verify}.patch)

# websockets_folder BOARD|host: the static libwebsockets built for it, its headers, and what
# pkg-config says of it.
websockets_folder() {
  local flags=host
  [[ $1 == host ]] || flags=$(library_flags "$1")
  say "$cache/websockets/$websockets_version-$1-$(digest "$flags" "$websockets_flags" \
    "${websockets_options[@]}" "$(cat "${websockets_patches[@]}")")"
}

# What of mbedTLS is left out: tests of itself, and ciphers and hashes that no server asks for. None
# of them changes a structure that libwebsockets, built against Debian's headers, shares.
mbedtls_without=(
  MBEDTLS_SELF_TEST MBEDTLS_ARC4_C MBEDTLS_ARIA_C MBEDTLS_BLOWFISH_C MBEDTLS_CAMELLIA_C
  MBEDTLS_DES_C MBEDTLS_RIPEMD160_C MBEDTLS_XTEA_C MBEDTLS_NIST_KW_C MBEDTLS_PSA_CRYPTO_C
  MBEDTLS_PSA_CRYPTO_STORAGE_C MBEDTLS_PSA_ITS_FILE_C
)
small_flags="-Os -ffunction-sections -fdata-sections"

# small_version BOARD PACKAGE: version of the source of a package in its sysroot.
small_version() {
  sed -n "s/^$2 //p" "$(sysroot_folder "$1")/packages" | sed 's/+b[0-9]*$//'
}

# small_folder BOARD: the libraries that are built anew for it.
small_folder() {
  local flags
  flags=$(library_flags "$1")
  say "$cache/small/$1-$(digest "$flags" "$small_flags" "${mbedtls_without[@]}" \
    "$(small_version "$1" libmbedtls-dev)" "$(small_version "$1" libjpeg62-turbo-dev)" \
    "$(small_version "$1" libqrencode-dev)")"
}
