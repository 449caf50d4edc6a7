// SPDX-License-Identifier: Apache-2.0
// The primitives that libsodium does not have on every processor, from mbedTLS. Whatever a call
// allocates it gives back before it returns; buffers are the caller's. Each returns 0, or a negative
// error of mbedTLS.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum {
  TM_GCM_KEY = 32,          ///< Bytes of a key.
  TM_GCM_NONCE = 12,        ///< Bytes of a nonce, never used twice with one key.
  TM_GCM_TAG = 16,          ///< Bytes that a sealed message is longer by.
  TM_ES256_SIGNATURE = 64,  ///< Bytes of a signature: r, then s (RFC 7518 §3.4).
  TM_RS256_SIGNATURE = 512, ///< Most bytes of a signature: keys of 2,048 to 4,096 bits.
};

/// AES-256-GCM: `length` bytes of `plain` into `length` + TM_GCM_TAG bytes of `sealed`, the tag last.
int tm_gcm_seal(const uint8_t *key, const uint8_t *nonce, const void *associated,
                size_t associated_length, const void *plain, size_t length, uint8_t *sealed);

/// The reverse. `length` is that of `sealed`, tag included; `plain` takes TM_GCM_TAG bytes fewer, and
/// is all zeros when the message is not authentic.
int tm_gcm_open(const uint8_t *key, const uint8_t *nonce, const void *associated,
                size_t associated_length, const uint8_t *sealed, size_t length, uint8_t *plain);

/// ECDSA on P-256 with SHA-256, deterministic (RFC 6979). `pem` is a private key (PKCS#8 or SEC 1),
/// ending in a zero byte. On an ARM1176 this takes tens of milliseconds.
int tm_es256_sign(const char *pem, const void *message, size_t length,
                  uint8_t signature[TM_ES256_SIGNATURE]);

/// RSASSA-PKCS1-v1_5 with SHA-256. `pem` is a private key (PKCS#8 or PKCS#1) of 2,048 to 4,096 bits,
/// ending in a zero byte; `signature` takes TM_RS256_SIGNATURE bytes. The number of bytes written, or
/// a negative error.
int tm_rs256_sign(const char *pem, const void *message, size_t length, uint8_t *signature);
