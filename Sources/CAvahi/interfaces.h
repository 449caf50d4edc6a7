// SPDX-License-Identifier: Apache-2.0
// The addresses this machine can be reached at by multicast peers.
#pragma once
#include <avahi-common/address.h>

enum { TM_ADDRESS_LIMIT = 16 };

typedef struct {
  AvahiIfIndex interface;
  AvahiAddress address;
} tm_interface_address;

/// The addresses of all interfaces that are up and can multicast, loopback and point-to-point
/// excepted; at most TM_ADDRESS_LIMIT. A link-local IPv6 address counts only on an interface that
/// has no other. `has_multicast` tells whether
/// there is any such interface with an address.
int tm_interface_addresses(tm_interface_address list[TM_ADDRESS_LIMIT], int *has_multicast);

/// A netlink descriptor that becomes readable when links or addresses change, or -1.
int tm_interface_changes(void);

/// Reads away what `tm_interface_changes` reported.
void tm_interface_drain(int fd);
