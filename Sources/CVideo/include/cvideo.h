// SPDX-License-Identifier: Apache-2.0
// Cameras (V4L2), their frames (libjpeg, zones, the decoding worker) and frame buffers as Swift sees
// them: ioctls without variadic calls, unions and macros. Calls return −1 with errno on failure.
#pragma once
#include "capture.h"
#include "framebuffer.h"
#include "reducer.h"
#include "worker.h"
