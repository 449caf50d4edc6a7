# SPDX-License-Identifier: Apache-2.0
# What Tests/boards/run boots: QEMU from Debian's backports, and Debian's kernels and busybox.
# shellcheck shell=bash

guest_packages=(device-tree-compiler iproute2 kmod libasound2-data python3)
guest_architectures=(armel armhf arm64 amd64)
guest_busybox=busybox-static

# The I²C controller of the Raspberry Pis is emulated from QEMU 9.0 on; Debian 12 itself has 7.2.
qemu_packages=(qemu-system-arm qemu-system-x86)
qemu_at_least=1:9.0

# guest_kernel ARCHITECTURE: the package that always depends on Debian's newest kernel for it.
guest_kernel() {
  case $1 in
    armel) say linux-image-rpi ;;
    armhf) say linux-image-armmp ;;
    *) say "linux-image-$1" ;;
  esac
}

# guest_folder ARCHITECTURE: a link to the folder of the version in use.
guest_folder() { say "$cache/guests/$1"; }

setup_guests() {
  local architecture
  install_packages "${guest_packages[@]}"
  install_qemu
  for architecture in "${guest_architectures[@]}"; do
    unpack_guest "$architecture"
  done
}

# install_qemu: from backports, through package lists of our own: the machine's sources stay as they
# are, and nothing else is ever taken from there.
install_qemu() {
  local name main lists=$cache/apt-backports missing=false sudo=()
  for name in "${qemu_packages[@]}"; do
    dpkg --compare-versions "$(dpkg-query -W -f '${Version}' "$name" 2>/dev/null || true)" ge \
      "$qemu_at_least" || missing=true
  done
  $missing || return 0
  if ((EUID)); then
    sudo=(sudo -n)
    sudo -n true 2>/dev/null || fail "QEMU $qemu_at_least or newer is missing; run as root"
  fi
  say "installing ${qemu_packages[*]} from $suite-backports"
  read -r main _ < <(debian_mirrors)
  mkdir -p "$lists/lists/partial"
  {
    local signed="signed-by=/usr/share/keyrings/debian-archive-keyring.gpg"
    say "deb [$signed] $main $suite main"
    say "deb [$signed] $main $suite-backports main"
  } >"$lists/sources.list"
  local options=(-o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=-
    -o "Dir::State::Lists=$lists/lists" -o Acquire::Languages=none
    -o Acquire::Retries=3 -o APT::Sandbox::User=root)
  "${sudo[@]}" apt-get update -qq "${options[@]}" 9>&-
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${options[@]}" \
    --no-install-recommends -t "$suite-backports" "${qemu_packages[@]}" \
    >"$cache/install.log" 2>&1 9>&- || {
    tail -n 20 "$cache/install.log" >&2
    fail "installing QEMU failed; the whole log is $cache/install.log"
  }
}

# unpack_guest ARCHITECTURE: kernel, modules with their dependencies, device trees and busybox, all
# or nothing, in a folder named after the kernel's package and version.
unpack_guest() {
  local link kernel folder partial file name
  link=$(guest_folder "$1")
  [[ -f $link/packages ]] && return
  say "$1: unpacking Debian's kernel and busybox"
  refresh_index "$1"
  kernel=$(private_apt apt-cache show --no-all-versions "$(guest_kernel "$1"):$1" |
    sed -nE 's/^Depends: *(linux-image-[^ ,]+).*/\1/p')
  [[ -n $kernel ]] || fail "Debian $suite has no kernel for $1"
  folder=$cache/guests/$1-$kernel-$(package_version "$kernel" "$1")
  if [[ ! -f $folder/packages ]]; then
    partial=$folder.partial
    rm -rf "$partial"
    mkdir -p "$partial"
    for name in "$kernel" "$guest_busybox"; do
      file=$(download_package "$name" "$1")
      dpkg-deb -x "$file" "$partial"
      dpkg-deb -f "$file" Package Version | paste -sd ' ' | sed 's/[A-Za-z]*: //g' \
        >>"$partial/packages.partial"
      rm -f "$file"
    done
    name=$(ls "$partial/lib/modules")
    /sbin/depmod -b "$partial" "$name"
    say "$name" >"$partial/release"
    mv "$partial/packages.partial" "$partial/packages"
    rm -rf "$folder"
    mv "$partial" "$folder"
  fi
  ln -sfn "${folder##*/}" "$link"
}

# forget_guests: the next setup looks for newer kernels.
forget_guests() {
  local architecture
  for architecture in "${guest_architectures[@]}"; do rm -f "$(guest_folder "$architecture")"; done
}
