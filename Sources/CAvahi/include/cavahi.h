// SPDX-License-Identifier: Apache-2.0
// avahi-core behind one file descriptor and flat events: publishes services under a host name of
// its own, and follows those of the same types on all interfaces but loopback. The first of each
// is there from the start; further ones come and go.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct tm_mdns tm_mdns;

/// What to publish and how much to follow. The strings are copied.
typedef struct {
  const char *host_name;  ///< Own host name without domain, never the machine's.
  const char *instance;   ///< Name of the published service.
  const char *type;       ///< Service type, such as "_sym._tcp".
  const char *text;       ///< TXT strings "key=value", each ended by a line feed.
  uint16_t port;          ///< Published port; 0 publishes nothing and only follows.
  int capacity;           ///< Services followed, counted per interface and address family.
} tm_mdns_config;

typedef enum {
  TM_MDNS_FOUND = 1,   ///< A service appeared or changed.
  TM_MDNS_LOST,        ///< A service found before has gone.
  TM_MDNS_PUBLISHED,   ///< `publication` is announced.
  TM_MDNS_COLLISION,   ///< Another machine holds its instance name; tried again later.
  TM_MDNS_FAILURE,     ///< Something failed, see `message`; tried again later.
  TM_MDNS_NO_NETWORK,  ///< No interface can multicast; goes on by itself when one can.
  TM_MDNS_NETWORK,     ///< An interface can multicast again.
  TM_MDNS_FULL,        ///< More services than `capacity`; further ones are not followed.
} tm_mdns_kind;

enum { TM_MDNS_TEXT = 400 };

/// One event; unused texts are empty.
typedef struct {
  int kind;
  int publication;  ///< Whose news it is: 0 the first service, or what tm_mdns_publish gave.
  int type;         ///< Of a service found or lost: 0 the first type, or what tm_mdns_follow gave.
  int interface;
  int is_ipv6;
  uint16_t port;
  uint8_t address[16];
  char instance[64];
  char host_name[256];
  char node_id[40];
  char node_name[64];
  char public_key[64];
  char taumesh[8];
  char mesh[64];
  char message[128];
  uint16_t text_size;
  uint8_t text[TM_MDNS_TEXT];  ///< TXT record of a service of a further type, as on the wire.
} tm_mdns_event;

/// Starts. Returns null with errno when the descriptor or memory cannot be had; everything else
/// is reported as an event and tried again.
tm_mdns *tm_mdns_open(const tm_mdns_config *config);

/// The descriptor to watch for reading.
int tm_mdns_descriptor(const tm_mdns *mdns);

/// Does what is due, without blocking.
void tm_mdns_process(tm_mdns *mdns);

/// The next event: 1, or 0 when there is none. What a service did between two calls is summed up,
/// so nothing is lost however late they are asked for.
int tm_mdns_next(tm_mdns *mdns, tm_mdns_event *event);

/// Publishes a further service, whose TXT record is given as on the wire. Returns its number, or
/// -1 when there are too many.
int tm_mdns_publish(tm_mdns *mdns, const char *instance, const char *type, const uint8_t *text,
                    size_t size, uint16_t port);

/// Says goodbye for a further service; nothing more is told of it.
void tm_mdns_withdraw(tm_mdns *mdns, int publication);

/// Follows the services of a further type. Returns its number, or -1 when there are too many.
/// A service whose TXT record is longer than TM_MDNS_TEXT is passed over.
int tm_mdns_follow(tm_mdns *mdns, const char *type);

/// Reports all services of a further type as lost, and no more of them.
void tm_mdns_unfollow(tm_mdns *mdns, int type);

/// Says goodbye on all interfaces and frees everything.
void tm_mdns_close(tm_mdns *mdns);
