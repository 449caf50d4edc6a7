# SPDX-License-Identifier: Apache-2.0
# Debian packages: installed on this machine, or unpacked for a board beside it.
# shellcheck shell=bash

# install_packages NAME…: installs those that are missing.
install_packages() {
  local name missing=() sudo=()
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] ||
      missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  if ((EUID)); then
    sudo=(sudo -n)
    sudo -n true 2>/dev/null ||
      fail "missing packages; run as root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  # A third party's source that fails must not stop Debian's own packages.
  "${sudo[@]}" apt-get update -qq 9>&- || say "apt-get update failed in part; trying to install"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >"$cache/install.log" 2>&1 9>&- || {
    tail -n 20 "$cache/install.log" >&2
    fail "apt-get install failed; the whole log is $cache/install.log"
  }
}

# debian_mirrors: prints `uri security-uri` of this machine's own Debian sources, one-line or deb822,
# or the public ones.
debian_mirrors() {
  local files=()
  shopt -s nullglob
  files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources)
  shopt -u nullglob
  cat "${files[@]}" 2>/dev/null | awk -v suite="$suite" '
    function offer(uri, word) {
      if (word == suite && main == "") main = uri
      if (word == suite "-security" && security == "") security = uri
    }
    /^deb[[:space:]]/ && / main( |$)/ {
      sub(/\[[^]]*\][[:space:]]*/, ""); offer($2, $3); next
    }
    /^Types:/ { uris = ""; names = "" }
    /^URIs:/ { uris = $2 }
    /^Suites:/ { names = $0 }
    /^Components:/ && / main( |$)/ {
      count = split(names, list, /[[:space:]]+/)
      for (i = 2; i <= count; i++) offer(uris, list[i])
    }
    END {
      if (main == "") main = "http://deb.debian.org/debian"
      if (security == "") security = "http://deb.debian.org/debian-security"
      print main, security
    }'
}

# private_apt COMMAND…: apt with its own state, sources and architectures.
private_apt() { (cd "$cache/apt/archives" && APT_CONFIG=$cache/apt/apt.conf "$@" 9>&-); }

# write_apt_configuration with|without ARCHITECTURE: the private apt, with or without the security suite.
write_apt_configuration() {
  local main security architecture=$2 apt=$cache/apt
  read -r main security < <(debian_mirrors)
  mkdir -p "$apt/etc/apt.conf.d" "$apt/etc/preferences.d" "$apt/state/lists/partial" "$apt/cache/archives/partial" \
    "$apt/archives"
  : >"$apt/state/status"
  {
    say "Dir::State \"$apt/state\"; Dir::State::status \"$apt/state/status\";"
    say "Dir::Cache \"$apt/cache\"; Dir::Etc \"$apt/etc\";"
    say "Dir::Etc::trusted \"/etc/apt/trusted.gpg\";"
    say "Dir::Etc::trustedparts \"/etc/apt/trusted.gpg.d\";"
    say "APT::Architecture \"$(dpkg --print-architecture)\";"
    say "APT::Architectures { \"$(dpkg --print-architecture)\"; \"$architecture\"; };"
    say "APT::Sandbox::User \"$(id -un)\"; APT::Get::List-Cleanup \"false\";"
    say "Acquire::Retries \"3\"; Acquire::Languages \"none\"; Acquire::GzipIndexes \"true\";"
    # Proxies, certificates and time limits of this machine hold here too.
    apt-config dump | grep -E '^Acquire::(http|https|Check-)' || true
  } >"$apt/apt.conf"
  {
    local signed="signed-by=/usr/share/keyrings/debian-archive-keyring.gpg"
    say "deb [$signed arch=$architecture] $main $suite main"
    say "deb-src [$signed] $main $suite main"
    if [[ $1 == with ]]; then
      say "deb [$signed arch=$architecture] $security $suite-security main"
    fi
  } >"$apt/etc/sources.list"
}

# refresh_index ARCHITECTURE: fetches the package lists. A mirror in the middle of its own update
# gives a wrong hash for a minute or two; a security suite that stays broken is left out.
refresh_index() {
  local attempt suites
  for suites in with without; do
    write_apt_configuration "$suites" "$1"
    for attempt in 1 2 3; do
      if private_apt apt-get update -qq -o APT::Update::Error-Mode=any >"$cache/apt/update.log" 2>&1
      then
        [[ $suites == with ]] || say "$1: security suite unreadable, left out"
        return
      fi
      ((attempt == 3)) || sleep $((attempt * 3))
    done
  done
  cat "$cache/apt/update.log" >&2
  fail "no package lists for $1"
}

# make_sysroot BOARD: unpacks the board's libraries, all or nothing.
make_sysroot() {
  local folder architecture name file
  folder=$(sysroot_folder "$1")
  [[ -f $folder/packages ]] && return
  architecture=$(board_value "$1" compile.debian)
  say "$1: unpacking Debian's $architecture libraries"
  refresh_index "$architecture"
  local partial=$folder.partial
  rm -rf "$partial"
  mkdir -p "$partial"
  for name in "${sysroot_packages[@]}"; do
    file=$(download_package "$name" "$architecture")
    dpkg-deb -x "$file" "$partial"
    dpkg-deb -f "$file" Package Version | paste -sd ' ' | sed 's/[A-Za-z]*: //g' \
      >>"$partial/packages.partial"
  done
  mv "$partial/packages.partial" "$partial/packages"
  mv "$partial" "$folder"
}

# package_version NAME ARCHITECTURE: the version that Debian offers; nothing if it has none.
package_version() {
  private_apt apt-cache show --no-all-versions "$1:$2" | sed -n 's/^Version: //p'
}

# download_package NAME ARCHITECTURE: prints the file, fetched unless this version is here already.
download_package() {
  local version file
  version=$(package_version "$1" "$2")
  [[ -n $version ]] || fail "Debian $suite has no package $1 for $2"
  file=$cache/apt/archives/${1}_${version//:/%3a}_$2.deb
  if [[ ! -f $file ]]; then
    private_apt apt-get download -qq "$1:$2" >&2
  fi
  [[ -f $file ]] || file=$cache/apt/archives/${1}_${version//:/%3a}_all.deb
  say "$file"
}

# forget_board_libraries PART…: drops the sysroots of the boards named, to be made again.
forget_board_libraries() {
  local part
  for part in "$@"; do
    if is_board "$part"; then rm -rf "$(sysroot_folder "$part")"; fi
    if [[ $part == guests ]]; then forget_guests; fi
  done
}
