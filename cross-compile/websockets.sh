# SPDX-License-Identifier: Apache-2.0
# A static libwebsockets: Debian's has no MQTT client, and its archive needs OpenSSL and libuv.
# shellcheck shell=bash

# websockets_source: fetches, unpacks and patches Debian's source package, prints its folder.
websockets_source() {
  local folder each
  folder=$cache/websockets/source-$websockets_version-$(digest "$(cat "${websockets_patches[@]}")")
  if [[ ! -d $folder ]]; then
    [[ -f $cache/apt/apt.conf ]] || refresh_index "$(dpkg --print-architecture)"
    private_apt apt-get source -qq --download-only "libwebsockets=$websockets_version" >&2
    mkdir -p "$cache/websockets"
    rm -rf "$folder.partial"
    dpkg-source --no-check --no-copy -x \
      "$cache/apt/archives/libwebsockets_$websockets_version.dsc" "$folder.partial" >/dev/null
    for each in "${websockets_patches[@]}"; do patch -s -p1 -d "$folder.partial" <"$each"; done
    mv "$folder.partial" "$folder"
  fi
  say "$folder"
}

# websockets_target BOARD: CMake's words for the board's compiler and sysroot.
websockets_target() {
  local gnu sysroot
  gnu=$(board_value "$1" compile.gnu)
  sysroot=$(sysroot_folder "$1")
  say "-DCMAKE_SYSTEM_NAME=Linux"
  say "-DCMAKE_SYSTEM_PROCESSOR=${gnu%%-*}"
  say "-DCMAKE_C_COMPILER=$gnu-gcc"
  say "-DCMAKE_AR=/usr/bin/$gnu-ar"
  say "-DCMAKE_RANLIB=/usr/bin/$gnu-ranlib"
  say "-DCMAKE_SYSROOT=$sysroot"
  say "-DCMAKE_FIND_ROOT_PATH=$sysroot"
  say "-DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER"
  say "-DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY"
  say "-DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY"
}

# make_websockets BOARD|host: configures, builds and installs libwebsockets.a and its headers.
make_websockets() {
  local folder source flags='' build target=()
  folder=$(websockets_folder "$1")
  [[ -f $folder/lib/libwebsockets.a ]] && return
  source=$(websockets_source)
  if [[ $1 == host ]]; then
    flags=-fPIC
  else
    flags=$(library_flags "$1")
    mapfile -t target < <(websockets_target "$1")
  fi
  say "$1: building static libwebsockets"
  build=$folder.build
  rm -rf "$build" "$folder.partial"
  {
    cmake -S "$source" -B "$build" "${target[@]}" "${websockets_options[@]}" \
      -DCMAKE_INSTALL_PREFIX="$folder.partial" \
      -DCMAKE_C_FLAGS="$websockets_flags $flags -fmacro-prefix-map=$source/=" &&
      cmake --build "$build" -j "$(nproc)" &&
      cmake --install "$build"
  } >"$folder.log" 2>&1 9>&- || {
    tail -n 20 "$folder.log" >&2
    fail "building libwebsockets for $1 failed; the whole log is $folder.log"
  }
  rm -rf "$folder.partial/lib/cmake" "$folder.partial/lib/pkgconfig" "$folder.partial/share"
  write_websockets_pc "$folder" "$folder.partial"
  mv "$folder.partial" "$folder"
  rm -rf "$build" "$folder.log"
}

# write_websockets_pc FOLDER WHERE: what SwiftPM asks pkg-config for. Its name is our own, so that
# Debian's libwebsockets may be installed beside it.
write_websockets_pc() {
  mkdir -p "$2/pkgconfig"
  {
    say "Name: taumesh-websockets"
    say "Description: static libwebsockets with MQTT, HTTP/2 and mbedTLS"
    say "Version: ${websockets_version%-*}"
    say "Cflags: -I$1/include"
    say "Libs: -L$1/lib -lwebsockets -lmbedtls -lmbedx509 -lmbedcrypto -lcap"
  } >"$2/pkgconfig/taumesh-websockets.pc"
}

# install_websockets_pc: lets a plain `swift build` on this machine find the host's library.
install_websockets_pc() {
  local file sudo=() folder=/usr/local/lib/pkgconfig
  file=$(websockets_folder host)/pkgconfig/taumesh-websockets.pc
  cmp -s "$file" "$folder/taumesh-websockets.pc" && return
  if ((EUID)); then
    sudo=(sudo -n)
    sudo -n true 2>/dev/null ||
      fail "run as root: install -D -m 644 $file $folder/taumesh-websockets.pc"
  fi
  "${sudo[@]}" install -D -m 644 "$file" "$folder/taumesh-websockets.pc"
}
