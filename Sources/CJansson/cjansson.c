// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cjansson.h"

#include <setjmp.h>
#include <stdint.h>
#include <sys/mman.h>

struct cjansson_arena {
  size_t capacity;
  size_t used;
  // The newest block, which alone can be given back: token buffers that grow often are.
  size_t newest;
  json_t *root;
  jmp_buf exhausted;
};

enum { ALIGNMENT = 16 };

// Set while a parse runs on this thread: jansson's allocation hooks carry no context.
static _Thread_local cjansson_arena *current;

// Running out ends the whole parse at once: jansson does not check every allocation of its
// token buffer and would read and write past a string that lost its closing quote.
static void *arena_allocate(size_t size) {
  cjansson_arena *arena = current;
  if (arena == NULL) return NULL;
  size_t room = arena->capacity - arena->used;
  if (size > room || room - size < ALIGNMENT) longjmp(arena->exhausted, 1);
  arena->newest = arena->used;
  arena->used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return (char *)arena + arena->newest;
}

static void arena_free(void *block) {
  cjansson_arena *arena = current;
  if (arena != NULL && block == (void *)((char *)arena + arena->newest))
    arena->used = arena->newest;
}

__attribute__((constructor)) static void install_hooks(void) {
  json_set_alloc_funcs(arena_allocate, arena_free);
}

static cjansson_outcome outcome_of(const json_error_t *error) {
  switch (json_error_code(error)) {
  case json_error_out_of_memory: return CJANSSON_EXHAUSTED;
  case json_error_invalid_utf8: return CJANSSON_NOT_UTF8;
  case json_error_duplicate_key: return CJANSSON_DUPLICATE_KEY;
  case json_error_numeric_overflow: return CJANSSON_NUMBER_RANGE;
  default: return CJANSSON_SYNTAX;
  }
}

static cjansson_arena *arena_map(size_t capacity) {
  size_t header = (sizeof(cjansson_arena) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (capacity > SIZE_MAX - header) return NULL;
  void *memory = mmap(NULL, header + capacity, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  cjansson_arena *arena = memory;
  arena->capacity = header + capacity;
  arena->used = header;
  arena->newest = 0;
  return arena;
}

cjansson_outcome cjansson_parse(const char *bytes, size_t length, size_t capacity,
                                cjansson_arena **result, size_t *offset) {
  *result = NULL;
  *offset = 0;
  cjansson_arena *arena = arena_map(capacity);
  if (arena == NULL) return CJANSSON_NO_MEMORY;
  current = arena;
  if (setjmp(arena->exhausted) != 0) {
    current = NULL;
    cjansson_release(arena);
    return CJANSSON_EXHAUSTED;
  }
  json_error_t error;
  json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  current = NULL;
  if (root == NULL) {
    cjansson_outcome outcome = outcome_of(&error);
    *offset = error.position < 0 ? 0 : (size_t)error.position;
    cjansson_release(arena);
    return outcome;
  }
  arena->root = root;
  *result = arena;
  return CJANSSON_OK;
}

json_t *cjansson_root(const cjansson_arena *arena) { return arena->root; }

size_t cjansson_used(const cjansson_arena *arena) { return arena->used; }

void cjansson_release(cjansson_arena *arena) { munmap(arena, arena->capacity); }
