// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <string.h>
#include <sys/random.h>

#include "ccrypto.h"

// Blinds the private operation; the signatures themselves need no randomness.
static int fill(void *unused, unsigned char *bytes, size_t length) {
  (void)unused;
  while (length) {
    ssize_t count = getrandom(bytes, length, 0);
    if (count <= 0) return MBEDTLS_ERR_PK_BAD_INPUT_DATA;
    bytes += count;
    length -= (size_t)count;
  }
  return 0;
}

static int begin(mbedtls_pk_context *key, const char *pem, mbedtls_pk_type_t type,
                 const void *message, size_t length, uint8_t hash[32]) {
  mbedtls_pk_init(key);
  int result =
      mbedtls_pk_parse_key(key, (const unsigned char *)pem, strlen(pem) + 1, NULL, 0);
  if (result) return result;
  if (!mbedtls_pk_can_do(key, type)) return MBEDTLS_ERR_PK_TYPE_MISMATCH;
  return mbedtls_sha256_ret(message, length, hash, 0);
}

int tm_es256_sign(const char *pem, const void *message, size_t length,
                  uint8_t signature[TM_ES256_SIGNATURE]) {
  mbedtls_pk_context key;
  mbedtls_mpi r, s;
  uint8_t hash[32];
  mbedtls_mpi_init(&r);
  mbedtls_mpi_init(&s);
  int result = begin(&key, pem, MBEDTLS_PK_ECDSA, message, length, hash);
  if (!result) {
    mbedtls_ecp_keypair *pair = mbedtls_pk_ec(key);
    if (pair->grp.id != MBEDTLS_ECP_DP_SECP256R1) result = MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE;
    if (!result)
      result = mbedtls_ecdsa_sign_det_ext(&pair->grp, &r, &s, &pair->d, hash, sizeof hash,
                                          MBEDTLS_MD_SHA256, fill, NULL);
    if (!result) result = mbedtls_mpi_write_binary(&r, signature, 32);
    if (!result) result = mbedtls_mpi_write_binary(&s, signature + 32, 32);
  }
  mbedtls_mpi_free(&r);
  mbedtls_mpi_free(&s);
  mbedtls_pk_free(&key);
  return result;
}

int tm_rs256_sign(const char *pem, const void *message, size_t length, uint8_t *signature) {
  mbedtls_pk_context key;
  uint8_t hash[32];
  int result = begin(&key, pem, MBEDTLS_PK_RSA, message, length, hash);
  if (!result) {
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(key);
    if (rsa->len < 256 || rsa->len > TM_RS256_SIGNATURE) result = MBEDTLS_ERR_PK_BAD_INPUT_DATA;
    if (!result)
      result = mbedtls_rsa_pkcs1_sign(rsa, fill, NULL, MBEDTLS_RSA_PRIVATE, MBEDTLS_MD_SHA256,
                                      sizeof hash, hash, signature);
    if (!result) result = (int)rsa->len;
  }
  mbedtls_pk_free(&key);
  return result;
}
