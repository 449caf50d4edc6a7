// SPDX-License-Identifier: Apache-2.0
// The C mathematics library: the only thing PhaseSpace imports.
#include <math.h>
