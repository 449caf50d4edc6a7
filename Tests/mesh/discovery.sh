#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Real nodes on real multicast: four machines (network namespaces) on one bridge. Two nodes of one
# mesh find each other with nothing configured; a node of another mesh on the same network is seen
# and left alone; a third that joins is found by both, and an Avahi daemon on the fourth machine
# sees all three; a node that stops is missed, and found when it comes back.
#   Tests/mesh/discovery.sh [PROGRAM]      (default: the server build)
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
program=${1:-$root/.build/boards/server/taumesh}
work=$(mktemp -d)
prefix=td$$
failures=0
checks=0
declare -A node

[ "$(id -u)" = 0 ] || { echo "discovery: network namespaces need root"; exit 1; }
missing=
for pair in avahi-daemon:avahi-daemon avahi-browse:avahi-utils dbus-daemon:dbus-daemon ip:iproute2; do
  PATH=$PATH:/usr/sbin command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] || apt-get install -y --no-install-recommends $missing >"$work/apt.log" 2>&1 ||
  { echo "discovery: cannot install$missing"; exit 1; }
[ -x "$program" ] || { echo "discovery: $program is not built; run cross-compile/build server"; exit 1; }

cleanup() {
  { kill -9 "${node[@]}"; wait; } 2>/dev/null
  for space in a b c d lan; do ip netns del $prefix$space 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT

inside() { local space=$1; shift; ip netns exec $prefix$space "$@"; }

check() {
  checks=$((checks + 1))
  if "${@:2}" >/dev/null 2>&1; then echo "ok      $1"; else
    echo "FAILED  $1"
    failures=$((failures + 1))
  fi
}

soon() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}

# The peers that are there, a line each; those that are away are listed as well.
peers() {
  inside "$1" "$program" peers --json --state "$work/$1" | sed 's/},{/},\n{/g' |
    grep -v '"state":"offline"'
}
sees() { [ "$(peers "$1" | grep -o '"name":"[a-c]"' | tr -d '\n')" = "$2" ]; }
fresh() { peers "$1" | grep -q '"state":"fresh"'; }
refused() {
  "$program" status --json --state "$work/$1" | grep -Eq '"connectionsOfOtherMesh":[1-9]'
}

start() {
  ip netns exec "$prefix$1" "$program" run --verbose --state "$work/$1" >>"$work/$1.log" 2>&1 &
  node[$1]=$!
}

stop() {
  kill -TERM "${node[$1]}"
  wait "${node[$1]}"
}

ip netns add ${prefix}lan
inside lan ip link add br0 type bridge mcast_snooping 0
inside lan ip link set br0 up
number=0
for space in a b c d; do
  number=$((number + 1))
  ip netns add $prefix$space
  ip link add eth0 netns $prefix$space type veth peer name port$number netns ${prefix}lan
  inside lan ip link set port$number master br0 up
  inside $space ip link set lo up
  inside $space ip addr add 10.91.7.$number/24 dev eth0
  inside $space ip link set eth0 up
done

"$program" init --state "$work/a" --name a --profile zero --mesh home >/dev/null
join=$("$program" invite --state "$work/a")
"$program" init --state "$work/b" --name b --profile zero --join "$join" >/dev/null
"$program" init --state "$work/c" --name c --profile zero --mesh home >/dev/null
sed -i 's/^  id: home/  id: elsewhere/' "$work/c/taumesh.yaml"

start a
start b
start c
check "a finds b" soon 20 sees a '"name":"b"'
check "b finds a" soon 20 sees b '"name":"a"'
check "their clocks are measured" soon 10 fresh a
check "the other mesh has no peers" sees c ''
check "a still sees only b" sees a '"name":"b"'

# Same mesh id, another secret: mDNS cannot tell them apart, the link does.
stop c
sed -i 's/^  id: elsewhere/  id: home/' "$work/c/taumesh.yaml"
start c
check "a node without the secret is refused" soon 20 refused a
check "it gets no peers" sees c ''

# A third member, and a machine with nothing of ours: its responder is Debian's.
stop c
rm -rf "$work/c"
"$program" init --state "$work/c" --name c --profile zero --join "$join" >/dev/null
cat >"$work/bus.conf" <<CONF
<busconfig><type>system</type><listen>unix:path=$work/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
<allow own="*"/><allow user="*"/></policy></busconfig>
CONF
printf '[server]\nhost-name=bystander\n[publish]\npublish-hinfo=no\n' >"$work/avahi.conf"
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
dbus-daemon --config-file="$work/bus.conf" --nofork >"$work/bus.log" 2>&1 &
node[bus]=$!
soon 5 test -S "$work/bus"
# The daemon's files are fixed paths: it gets a private /run.
ip netns exec ${prefix}d unshare -m sh -c "mount -t tmpfs none /run && mkdir -p /run/avahi-daemon &&
  exec avahi-daemon -f $work/avahi.conf --no-drop-root --no-chroot --no-rlimits" \
  >"$work/daemon.log" 2>&1 &
node[daemon]=$!
start c
# Peers are listed in the order of their ids.
sees_all() { [ "$(peers "$1" | grep -o '"name":"[a-c]"' | sort | tr -d '\n')" = "$2" ]; }
check "a finds both others" soon 30 sees_all a '"name":"b""name":"c"'
check "b finds both others" soon 10 sees_all b '"name":"a""name":"c"'
check "c finds both others" soon 10 sees_all c '"name":"a""name":"b"'
browse() {
  inside d timeout 10 avahi-browse -rpt _sym._tcp 2>/dev/null >"$work/browse.log"
  for each in 1 2 3; do
    grep "^=;eth0;IPv4;.*;10.91.7.$each;[0-9]*;" "$work/browse.log" | grep -q '"mesh=home"' || return 1
  done
}
check "avahi-browse on a fourth machine resolves all three" soon 20 browse
stop c
check "a misses c" soon 5 sees a '"name":"b"'

check "b stops when told" stop b
check "a misses b" soon 5 sees a ''
start b
check "a finds b again" soon 40 sees a '"name":"b"'
check "a stops when told" stop a

[ $failures -eq 0 ] || tail -n 15 "$work"/*.log
echo "$((checks - failures)) passed, $failures failed"
[ $failures -eq 0 ]
