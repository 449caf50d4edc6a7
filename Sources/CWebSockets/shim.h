// SPDX-License-Identifier: Apache-2.0
// Only here so that pkg-config is asked where libwebsockets is; Sources/CWeb uses it.
#pragma once
