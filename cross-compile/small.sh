# SPDX-License-Identifier: Apache-2.0
# Libraries of Debian that are built anew for a board: mbedTLS without what nothing here speaks,
# libqrencode, which Debian has shared only, and for the Zero libjpeg without the vector
# instructions its processor does not have.
# shellcheck shell=bash

# small_source SOURCE VERSION: fetches and unpacks Debian's source package, prints its folder.
small_source() {
  local folder=$cache/small/$1-${2#*:}
  if [[ ! -d $folder ]]; then
    [[ -f $cache/apt/apt.conf ]] || refresh_index "$(dpkg --print-architecture)"
    private_apt apt-get source -qq --download-only "$1=$2" >&2
    mkdir -p "$cache/small"
    rm -rf "$folder.partial"
    dpkg-source --no-check --no-copy -x "$cache/apt/archives/${1}_${2#*:}.dsc" "$folder.partial" \
      >/dev/null
    mv "$folder.partial" "$folder"
  fi
  say "$folder"
}

# make_small BOARD: what of them the board needs.
make_small() {
  local folder
  folder=$(small_folder "$1")
  [[ -f $folder/done ]] && return
  say "$1: building small libraries"
  rm -rf "$folder.partial" "$folder.build"
  mkdir -p "$folder.partial" "$folder.build"
  make_mbedtls "$1" "$folder.build/mbedtls" "$folder.partial"
  make_qrencode "$1" "$folder.build/qrencode" "$folder.partial"
  if [[ $1 == zero ]]; then make_jpeg "$1" "$folder.build/jpeg" "$folder.partial"; fi
  touch "$folder.partial/done"
  mv "$folder.partial" "$folder"
  rm -rf "$folder.build"
}

# small_build BOARD SOURCE BUILD OPTION…: configures and builds with CMake.
small_build() {
  local board=$1 source=$2 build=$3 target=()
  shift 3
  mapfile -t target < <(websockets_target "$board")
  {
    cmake -S "$source" -B "$build" "${target[@]}" -DCMAKE_BUILD_TYPE=None "$@" \
      -DCMAKE_C_FLAGS="$small_flags $(board_value "$board" compile.flags) -fmacro-prefix-map=$source/=" &&
      cmake --build "$build" -j "$(nproc)"
  } >"$build.log" 2>&1 9>&- || {
    tail -n 20 "$build.log" >&2
    fail "building $source for $board failed; the whole log is $build.log"
  }
}

# make_mbedtls BOARD BUILD FOLDER: what reads certificates and speaks TLS is compact, what calculates
# with keys and data is not.
make_mbedtls() {
  local source word flags
  cp -r "$(small_source mbedtls "$(small_version "$1" libmbedtls-dev)")" "$2.source"
  source=$2.source
  # Debian's own choices, on which the layout of structures depends.
  cp "$(sysroot_folder "$1")/usr/include/mbedtls/config.h" "$source/include/mbedtls/config.h"
  for word in "${mbedtls_without[@]}"; do
    python3 "$source/scripts/config.py" -f "$source/include/mbedtls/config.h" unset "$word"
  done
  flags=$(board_value "$1" compile.library-flags)
  if [[ $flags == -mthumb ]]; then
    say 'target_compile_options(${mbedcrypto_static_target} PRIVATE -marm)' \
      >>"$source/library/CMakeLists.txt"
  fi
  small_build "$1" "$source" "$2" "-DCMAKE_C_FLAGS_NONE=$flags" -DENABLE_PROGRAMS=OFF \
    -DENABLE_TESTING=OFF -DUSE_STATIC_MBEDTLS_LIBRARY=ON -DUSE_SHARED_MBEDTLS_LIBRARY=OFF
  cp "$2"/library/libmbed*.a "$3/"
}

# qrencode_source VERSION: fetches and unpacks the author's archive as Debian has it, without Debian's
# own files, which are not used and not on every mirror; prints its folder.
qrencode_source() {
  local folder=$cache/small/qrencode-$1 archive=qrencode_${1%-*}.orig.tar.bz2
  if [[ ! -d $folder ]]; then
    [[ -f $cache/apt/apt.conf ]] || refresh_index "$(dpkg --print-architecture)"
    private_apt apt-get source -qq --download-only "qrencode=$1" >"$cache/apt/qrencode.log" 2>&1 ||
      true
    (
      cd "$cache/apt/archives"
      sed -nE "s/^ ([0-9a-f]{64}) [0-9]+ ($archive)\$/\1  \2/p" "qrencode_$1.dsc" |
        sha256sum --check --quiet
    ) || fail "$archive: not fetched, or not what Debian signed; see $cache/apt/qrencode.log"
    rm -rf "$folder.partial"
    mkdir -p "$folder.partial"
    tar -xf "$cache/apt/archives/$archive" -C "$folder.partial" --strip-components=1
    mv "$folder.partial" "$folder"
  fi
  say "$folder"
}

# make_qrencode BOARD BUILD FOLDER
make_qrencode() {
  small_build "$1" "$(qrencode_source "$(small_version "$1" libqrencode-dev)")" "$2" \
    "-DCMAKE_C_FLAGS_NONE=$(board_value "$1" compile.library-flags)" -DWITH_TOOLS=OFF \
    -DBUILD_SHARED_LIBS=OFF -DWITHOUT_PNG=ON
  cp "$2/libqrencode.a" "$3/"
}

# make_jpeg BOARD BUILD FOLDER
make_jpeg() {
  small_build "$1" "$(small_source libjpeg-turbo "$(small_version "$1" libjpeg62-turbo-dev)")" "$2" -DWITH_SIMD=0 \
    -DENABLE_SHARED=0 -DWITH_TURBOJPEG=0
  cp "$2/libjpeg.a" "$3/"
}
