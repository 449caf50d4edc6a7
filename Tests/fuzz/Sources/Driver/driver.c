// SPDX-License-Identifier: Apache-2.0
// Joins libFuzzer to the entry named by the environment variable TAUMESH_FUZZ_ENTRY.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int32_t taumesh_fuzz_choose(const char *name);
void taumesh_fuzz(const uint8_t *bytes, ptrdiff_t count);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *name = getenv("TAUMESH_FUZZ_ENTRY");
  if (taumesh_fuzz_choose(name ? name : "")) return 0;
  fprintf(stderr, "no fuzz entry called %s\n", name ? name : "(none)");
  exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  taumesh_fuzz(bytes, (ptrdiff_t)count);
  return 0;
}
