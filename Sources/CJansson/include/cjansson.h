// SPDX-License-Identifier: Apache-2.0
// jansson, with every allocation of a parse taken from a bounded arena.
//
// The arena is mapped when a parse begins and unmapped when its document is released, so an
// idle node keeps none of it. Only pages that a parse really writes become resident.
#pragma once
#include <stddef.h>
#include <jansson.h>

/// One parsed document: its root and the memory that holds it.
typedef struct cjansson_arena cjansson_arena;

/// Why a parse gave no document.
typedef enum {
  CJANSSON_OK = 0,
  /// No memory could be mapped for the arena.
  CJANSSON_NO_MEMORY,
  /// The document needs more than the arena holds.
  CJANSSON_EXHAUSTED,
  CJANSSON_SYNTAX,
  CJANSSON_NOT_UTF8,
  CJANSSON_DUPLICATE_KEY,
  CJANSSON_NUMBER_RANGE,
} cjansson_outcome;

/// Parses `length` bytes as one JSON text in a new arena of `capacity` bytes.
///
/// On success `*arena` owns the document, whose root `cjansson_root` gives; otherwise it is
/// NULL and `*offset` is the byte at which the parse stopped.
cjansson_outcome cjansson_parse(const char *bytes, size_t length, size_t capacity,
                                cjansson_arena **arena, size_t *offset);

/// The root value; it and all it holds live until `cjansson_release`.
json_t *cjansson_root(const cjansson_arena *arena);

/// Bytes of the arena that the document takes.
size_t cjansson_used(const cjansson_arena *arena);

/// Gives the document's memory back to the kernel.
void cjansson_release(cjansson_arena *arena);
