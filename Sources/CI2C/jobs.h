// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>

#include "ci2c.h"

/// CLOCK_MONOTONIC in nanoseconds.
int64_t ci2c_monotonic_ns(void);
