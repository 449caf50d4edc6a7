// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/gcm.h>

#include "ccrypto.h"

static int begin(mbedtls_gcm_context *context, const uint8_t *key) {
  mbedtls_gcm_init(context);
  return mbedtls_gcm_setkey(context, MBEDTLS_CIPHER_ID_AES, key, TM_GCM_KEY * 8);
}

int tm_gcm_seal(const uint8_t *key, const uint8_t *nonce, const void *associated,
                size_t associated_length, const void *plain, size_t length, uint8_t *sealed) {
  mbedtls_gcm_context context;
  int result = begin(&context, key);
  if (!result)
    result = mbedtls_gcm_crypt_and_tag(&context, MBEDTLS_GCM_ENCRYPT, length, nonce, TM_GCM_NONCE,
                                       associated, associated_length, plain, sealed, TM_GCM_TAG,
                                       sealed + length);
  mbedtls_gcm_free(&context);
  return result;
}

int tm_gcm_open(const uint8_t *key, const uint8_t *nonce, const void *associated,
                size_t associated_length, const uint8_t *sealed, size_t length, uint8_t *plain) {
  mbedtls_gcm_context context;
  if (length < TM_GCM_TAG) return MBEDTLS_ERR_GCM_BAD_INPUT;
  length -= TM_GCM_TAG;
  int result = begin(&context, key);
  if (!result)
    result = mbedtls_gcm_auth_decrypt(&context, length, nonce, TM_GCM_NONCE, associated,
                                      associated_length, sealed + length, TM_GCM_TAG, sealed, plain);
  mbedtls_gcm_free(&context);
  return result;
}
