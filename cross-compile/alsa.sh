# SPDX-License-Identifier: Apache-2.0
# A static alsa-lib for a board: Debian ships it shared only.
# shellcheck shell=bash

# alsa_source VERSION: fetches and unpacks Debian's source package, prints its folder.
alsa_source() {
  local folder=$cache/alsa/source-$1
  if [[ ! -d $folder ]]; then
    [[ -f $cache/apt/apt.conf ]] || refresh_index "$(dpkg --print-architecture)"
    private_apt apt-get source -qq --download-only "alsa-lib=$1" >&2
    mkdir -p "$cache/alsa"
    rm -rf "$folder.partial"
    dpkg-source --no-check --no-copy -x "$cache/apt/archives/alsa-lib_$1.dsc" "$folder.partial" \
      >/dev/null
    mv "$folder.partial" "$folder"
  fi
  say "$folder"
}

# make_alsa BOARD: configures and builds libasound.a with the C flags of the board.
make_alsa() {
  local folder sysroot source gnu flags build
  folder=$(alsa_folder "$1")
  [[ -f $folder/libasound.a ]] && return
  sysroot=$(sysroot_folder "$1")
  source=$(alsa_source "$(alsa_version "$sysroot")")
  gnu=$(board_value "$1" compile.gnu)
  flags=$(library_flags "$1")
  say "$1: building static ALSA"
  build=$folder.build
  rm -rf "$build"
  mkdir -p "$build"
  (
    cd "$build"
    "$source/configure" --host="$gnu" --prefix=/usr --libdir="/usr/lib/$gnu" --datadir=/usr/share \
      "${alsa_options[@]}" --with-pcm-plugins="$alsa_plugins" \
      CC="$gnu-gcc --sysroot=$sysroot" \
      CFLAGS="$alsa_flags $flags -fmacro-prefix-map=$source/=" &&
      make -j"$(nproc)" -C include &&
      make -j"$(nproc)" -C src
  ) >"$folder.log" 2>&1 9>&- || {
    tail -n 20 "$folder.log" >&2
    fail "building ALSA for $1 failed; the whole log is $folder.log"
  }
  mkdir -p "$folder"
  cp "$build/src/.libs/libasound.a" "$folder/"
  rm -rf "$build" "$folder.log"
}
