// avahi-core behind a flat event queue and one file descriptor.
#pragma once
#include <stdint.h>
