#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Discovery with real multicast: three machines (network namespaces) on one bridge, two with a node,
# one with a node beside a running avahi-daemon. Needs root and Debian's avahi-daemon, avahi-utils,
# dbus-daemon and iproute2.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
p=tm$$
failures=0 checks=0

missing=
for pair in avahi-daemon:avahi-daemon avahi-browse:avahi-utils dbus-daemon:dbus-daemon ip:iproute2 cc:gcc; do
  PATH=$PATH:/usr/sbin command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
  apt-get install -y --no-install-recommends $missing >"$work/apt.log" 2>&1 ||
    { echo "mdns: cannot install$missing"; exit 1; }
fi
[ "$(id -u)" = 0 ] || { echo "mdns: network namespaces need root"; exit 1; }

pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill -9 "$pid"; wait "$pid"; done 2>/dev/null
  for n in a b c lan; do ip netns del $p$n 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT

in_ns() { local n=$1; shift; ip netns exec $p$n "$@"; }

check() {  # check DESCRIPTION COMMAND…
  checks=$((checks + 1))
  if "${@:2}" >/dev/null 2>&1; then echo "ok   $1"; else
    echo "FAIL $1"
    failures=$((failures + 1))
  fi
}

# soon DEADLINE_SECONDS COMMAND…: waits for a condition, not for a time.
soon() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.1; done
}

says() { grep -Eq "$2" "$work/$1.log"; }
never() { ! "$@"; }
how_often() { [ "$(grep -Ec "$2" "$work/$1.log")" = "$3" ]; }

cc -O1 -Wall -Wextra -I"$root/Sources/CAvahi/include" -o "$work/mdns-node" \
  "$here/mdns-node.c" "$root"/Sources/CAvahi/*.c -lavahi-core -lavahi-common || exit 1

ip netns add ${p}lan
in_ns lan ip link add br0 type bridge mcast_snooping 0
in_ns lan ip link set br0 up
number=0
for n in a b c; do
  number=$((number + 1))
  ip netns add $p$n
  ip link add $p$n netns ${p}lan type veth peer name eth0 netns $p$n
  in_ns lan ip link set $p$n master br0 up
  in_ns $n ip link set lo up
  in_ns $n ip link set eth0 up
  in_ns $n ip addr add 10.77.0.$number/24 dev eth0
done

uuid() { echo "0000000$1-0000-8000-8000-00000000000$1"; }

# node NAMESPACE LOG DIGIT [CAPACITY]: starts a node and leaves its process id in $node.
node() {
  ip netns exec "$p$1" "$work/mdns-node" "taumesh-0000000$3" "$(uuid "$3")" "$(uuid "$3")" home \
    $((7000 + $3)) "${4:-32}" >"$work/$2.log" 2>&1 &
  node=$!
  pids+=("$node")
}

# A machine with its own responder. The daemon's files are fixed paths: it gets a private /run.
cat >"$work/bus.conf" <<CONF
<busconfig><type>system</type><listen>unix:path=$work/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
<allow own="*"/><allow user="*"/></policy></busconfig>
CONF
printf '[server]\nhost-name=benchhost\nuse-ipv4=yes\nuse-ipv6=yes\n[publish]\npublish-hinfo=no\n' \
  >"$work/avahi.conf"
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
dbus-daemon --config-file="$work/bus.conf" --nofork >"$work/bus.log" 2>&1 &
pids+=($!)
soon 5 test -S "$work/bus" || { echo "mdns: no bus"; cat "$work/bus.log"; exit 1; }
ip netns exec ${p}c unshare -m sh -c "mount -t tmpfs none /run && mkdir -p /run/avahi-daemon &&
  exec avahi-daemon -f $work/avahi.conf --no-drop-root --no-chroot --no-rlimits" \
  >"$work/daemon.log" 2>&1 &
pids+=($!)
daemon_name() { [ "$(avahi-resolve -4 -a 10.77.0.3 2>/dev/null | cut -f2)" = "$1" ]; }
check "a responder runs on the third machine" soon 15 daemon_name benchhost.local

node a a 1; node_a=$node
node b b 2; node_b=$node
node c c 3; node_c=$node

found() { says "$1" "^found id=$(uuid "$2") .*mesh=home taumesh=1 host=taumesh-0000000$2.local at=$3 port=$((7000 + $2)) "; }
for n in a b c; do check "$n announces itself" soon 10 says $n '^published'; done
check "a finds b over IPv4" soon 10 found a 2 10.77.0.2
check "a finds c over IPv4, beside its responder" soon 10 found a 3 10.77.0.3
check "b finds a over IPv4" soon 10 found b 1 10.77.0.1
check "c finds a over IPv4, beside its responder" soon 10 found c 1 10.77.0.1
check "a finds b over IPv6" soon 10 found a 2 fe80:[0-9a-f:]+
check "nobody finds itself" never says a "^found id=$(uuid 1)"
check "nothing of loopback is announced" never grep -q "at=127\|at=::1" "$work"/[abc].log

browse() { in_ns c timeout 10 avahi-browse -rpt _sym._tcp 2>/dev/null >"$work/browse.log"; grep -q "$1" "$work/browse.log"; }
check "avahi-browse resolves a" soon 15 browse "^=;eth0;IPv4;$(uuid 1);_sym._tcp;local;taumesh-00000001.local;10.77.0.1;7001;.*\"taumesh=1\""
check "avahi-browse resolves b with its mesh" browse "^=;.*$(uuid 2);.*10.77.0.2;7002;.*\"mesh=home\""
check "avahi-browse resolves the node beside it" browse "^=;.*$(uuid 3);.*10.77.0.3;7003"

# A foreign node: no Taumesh records, and a name longer than ours may be.
long=$(printf 'n%.0s' {1..100})
ip netns exec ${p}c avahi-publish -s 99999999-0000-4000-8000-000000000009 _sym._tcp 7009 \
  node-id=99999999-0000-4000-8000-000000000009 "node-name=$long" hostname=elsewhere >/dev/null 2>&1 &
foreign=$!
pids+=($!)
check "a node of another kind is found, its long name cut" \
  soon 10 says a "^found id=99999999-0000-4000-8000-000000000009 name=n{63} mesh= taumesh= .*port=7009"
ip netns exec ${p}c avahi-publish -s nobody _sym._tcp 7010 hostname=elsewhere >/dev/null 2>&1 &
nobody=$!
pids+=($!)
check "a service without identity is seen by avahi-browse" soon 10 browse ';nobody;.*;7010;'
check "but is no node" never says a 'port=7010'

node b twin 1; twin=$node
check "a second node of one identity is told" soon 15 says twin '^collision'
kill -TERM "$twin"; wait "$twin" 2>/dev/null
check "the first one stays announced" soon 15 browse "10.77.0.1;7001"

# What is no node takes a place too until it leaves: in a table of one it would be in the way.
kill "$foreign" "$nobody"; wait "$foreign" "$nobody" 2>/dev/null
check "a node of another kind is lost" soon 10 says a "^lost id=99999999"
node b small 4 1; small=$node
check "a table too small is told once" soon 15 says small '^full'
at_most_one() { awk '/^found/ { n++ } /^lost/ { n-- } n > m { m = n } END { exit m > 1 }' "$work/small.log"; }
# Its cache is as small as its table, so that even the one may need several tries to be resolved:
# what must hold is that never more than one is followed.
check "and only what fits is followed at a time" at_most_one
check "while it is itself found" soon 10 found a 4 10.77.0.2
kill -TERM "$small"; wait "$small" 2>/dev/null
check "a node that stops says goodbye" soon 5 says a "^lost id=$(uuid 4)"

kill -9 "$node_c"; wait "$node_c" 2>/dev/null
check "a killed node cannot, so nobody hears of it" never soon 3 says a "^lost id=$(uuid 3)"

check "the responder beside a node keeps its name" daemon_name benchhost.local
check "and was never in conflict" never grep -qi "conflict\|collision" "$work/daemon.log"
check "and its name still leads to it" \
  eval '[ "$(avahi-resolve -4 -n benchhost.local | cut -f2)" = 10.77.0.3 ]'

in_ns b ip link set eth0 down
check "a machine without network is told" soon 10 says b '^no-network'
check "and told once" how_often b '^no-network' 1
check "while the node runs on" kill -0 "$node_b"
in_ns b ip link set eth0 up
in_ns b ip addr replace 10.77.0.2/24 dev eth0
check "the network is back" soon 15 says b '^network'
refound() { [ "$(grep -Ec "^found id=$(uuid 1) .*at=10.77.0.1" "$work/b.log")" -ge 2 ]; }
check "and what was there is found again" soon 20 refound
in_ns b ip addr del 10.77.0.2/24 dev eth0
in_ns b ip addr add 10.77.0.22/24 dev eth0
check "a changed address is announced" soon 15 browse "$(uuid 2);.*;10.77.0.22;7002"
check "and reaches those who knew the old one" soon 15 found a 2 10.77.0.22

in_ns b ip link set eth0 down
kill -TERM "$node_a" "$node_b"
wait "$node_a" 2>/dev/null; check "a stops with status 0" [ $? = 0 ]
wait "$node_b" 2>/dev/null; check "b stops without network with status 0" [ $? = 0 ]

[ $failures = 0 ] || { for f in "$work"/*.log; do echo "--- $f"; tail -n 40 "$f"; done; }
echo "mdns: $((checks - failures)) of $checks passed"
[ $failures = 0 ]
