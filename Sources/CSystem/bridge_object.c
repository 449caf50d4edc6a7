// SPDX-License-Identifier: Apache-2.0
#include "csystem.h"

// On 64-bit boards: retains of String storage that give back what they were given.
//
// Swift's compiler takes the result of swift_bridgeObjectRetain for its argument, as the full
// runtime has it. The Embedded runtime of Swift 6.3.1 gives back the argument without its tag
// bits, and so a short string that was retained in a loop turned into a long one at address zero
// (seen on AArch64: the first peer that was dialed trapped). These strong definitions take the
// place of its weak ones; the tags are those of `_StringObject` in the standard library.
#if defined(TAUMESH_BOARD) && __SIZEOF_POINTER__ == 8

#define TAGS UINT64_C(0x7000000000000007)

void *swift_retain(void *object);
void *swift_retain_n(void *object, uint32_t count);

// The object to count, or 0 for what is stored in the word itself or lives for ever.
static void *counted(void *object) {
  uint64_t word = (uint64_t)object;
  return word >> 63 ? 0 : (void *)(word & ~TAGS);
}

void *swift_bridgeObjectRetain(void *object) {
  void *storage = counted(object);
  if (storage) swift_retain(storage);
  return object;
}

void *swift_bridgeObjectRetain_n(void *object, uint32_t count) {
  void *storage = counted(object);
  if (storage) swift_retain_n(storage, count);
  return object;
}

#endif
