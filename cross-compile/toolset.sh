# SPDX-License-Identifier: Apache-2.0
# The SwiftPM toolset of a board: Embedded Swift, the board's C flags, and a static link by the
# board's own Linux target although the Swift triple is a bare-metal one.
# shellcheck shell=bash

# json_list ITEM…: a JSON array of strings.
json_list() {
  local item separator=''
  printf '['
  for item in "$@"; do
    item=${item//\\/\\\\}
    printf '%s"%s"' "$separator" "${item//\"/\\\"}"
    separator=', '
  done
  printf ']'
}

# unicode_tables BOARD FOLDER: the archive behind String comparison. The armv7 one is tagged
# soft-float although it holds integer functions only, so its tags are removed for hard-float links.
unicode_tables() {
  local prefix triple archive
  prefix=$(toolchain_prefix)
  triple=$(board_value "$1" compile.triple)
  archive=$prefix/lib/swift/embedded/$triple/libswiftUnicodeDataTables.a
  [[ -f $archive ]] || fail "$archive is missing; expected a Swift 6.3 toolchain"
  if [[ $triple == armv7-* ]]; then
    "$prefix/bin/llvm-objcopy" --remove-section=.ARM.attributes "$archive" \
      "$2/libswiftUnicodeDataTables.a"
    archive=$2/libswiftUnicodeDataTables.a
  fi
  say "$archive"
}

# write_toolset BOARD FOLDER: FOLDER/toolset.json; the link writes its map to FOLDER/link.map.
# SwiftPM keeps its build plan when only the toolset changed, so the plan goes with the old one.
write_toolset() {
  local board=$1 folder=$2 sysroot gnu option flags=() more=() script=()
  sysroot=$(sysroot_folder "$board")
  gnu=$(board_value "$board" compile.gnu)
  read -r -a flags <<<"$(board_value "$board" compile.flags)"
  read -r -a more <<<"$(board_value "$board" compile.swift-flags)"

  local c=(--target="$(board_value "$board" compile.target)" --sysroot="$sysroot" "${flags[@]}")
  local swift=(-enable-experimental-feature Embedded -wmo -Xfrontend -function-sections)
  for option in "${c[@]}"; do swift+=(-Xcc "$option"); done
  swift+=("${more[@]}")
  case $(board_value "$board" compile.linker) in
    gnu) swift+=("-ld-path=/usr/bin/$gnu-ld") ;;
    lld)
      swift+=(-use-ld=lld)
      script=(-T "$root/cross-compile/no-unwind.ld")
      ;;
    *) fail "Boards/$board/board.yaml: compile.linker: expected gnu or lld" ;;
  esac
  # SwiftPM asks for -pie on Linux triples, which a static link does not take.
  for option in "${c[@]}" --gcc-toolchain=/usr -static -Wno-unused-command-line-argument; do
    swift+=(-Xclang-linker "$option")
  done

  local linker=("-L$(small_folder "$board")" "-L$(alsa_folder "$board")" "$(unicode_tables "$board" "$folder")" -lm -lc
    --gc-sections "-Map=$folder/link.map" "${script[@]}")
  # Where CSystem counts allocations, everything linked in is counted.
  if grep -rqs __wrap_malloc "$root/Sources/CSystem"; then
    for option in malloc calloc realloc free posix_memalign aligned_alloc; do
      if grep -rqs "__wrap_$option\b" "$root/Sources/CSystem"; then linker+=("--wrap=$option"); fi
    done
  fi
  {
    say '{'
    say '  "schemaVersion": "1.0",'
    say "  \"swiftCompiler\": {\"extraCLIOptions\": $(json_list "${swift[@]}")},"
    say "  \"cCompiler\": {\"extraCLIOptions\": $(json_list "${c[@]}" \
      -ffunction-sections -fdata-sections "-DTAUMESH_BOARD=\"$board\"")},"
    say "  \"linker\": {\"extraCLIOptions\": $(json_list "${linker[@]}")}"
    say '}'
  } >"$folder/toolset.new"
  if ! cmp -s "$folder/toolset.new" "$folder/toolset.json"; then
    rm -f "$folder/scratch/release.yaml"
  fi
  mv "$folder/toolset.new" "$folder/toolset.json"
}
