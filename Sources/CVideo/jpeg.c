// SPDX-License-Identifier: Apache-2.0
// libjpeg at one eighth of the size: each cell is the constant term of one block. A picture's memory
// comes from one arena, so a hostile frame cannot ask for more, and no frame allocates.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

#include "luma.h"
#include "reducer.h"

enum {
  arena_bytes = 512 * 1024,  // a 4096-pixel row at one eighth needs a tenth of it
  arena_alignment = 64,  // at least what libjpeg's vector code wants
};

struct jpeg_luma {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  jmp_buf failure;
  luma_format format;
  uint8_t *arena;
  size_t used;
  void *(*permanent_small)(j_common_ptr, int, size_t);
  void *(*permanent_large)(j_common_ptr, int, size_t);
  void (*free_permanent)(j_common_ptr, int);
  JSAMPLE row[CVIDEO_LONGEST_SIDE / CVIDEO_CELL];
};

static jpeg_luma *owner(j_common_ptr jpeg) { return jpeg->client_data; }

static void fail(j_common_ptr jpeg) { longjmp(owner(jpeg)->failure, 1); }

/// Bytes before a marker are padding that some cameras leave; all else means lost picture.
static void weigh_message(j_common_ptr jpeg, int level) {
  if (level < 0 && jpeg->err->msg_code != JWRN_EXTRANEOUS_DATA &&
      jpeg->err->msg_code != JWRN_JFIF_MAJOR && jpeg->err->msg_code != JWRN_ADOBE_XFORM) {
    fail(jpeg);
  }
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void *from_arena(j_common_ptr jpeg, size_t size) {
  jpeg_luma *decoder = owner(jpeg);
  size_t room = arena_bytes - decoder->used;
  if (size > room || room - size < arena_alignment) fail(jpeg);
  void *start = decoder->arena + decoder->used;
  decoder->used += (size + arena_alignment - 1) / arena_alignment * arena_alignment;
  return start;
}

static void *small_block(j_common_ptr jpeg, int pool, size_t size) {
  if (pool == JPOOL_IMAGE) return from_arena(jpeg, size);
  return owner(jpeg)->permanent_small(jpeg, pool, size);
}

static void *large_block(j_common_ptr jpeg, int pool, size_t size) {
  if (pool == JPOOL_IMAGE) return from_arena(jpeg, size);
  return owner(jpeg)->permanent_large(jpeg, pool, size);
}

/// `rows` rows of `row_bytes` bytes behind a table of pointers to them.
static void *rows_of(j_common_ptr jpeg, size_t row_bytes, JDIMENSION rows) {
  if (row_bytes > arena_bytes || rows > arena_bytes / sizeof(void *)) fail(jpeg);
  void **table = from_arena(jpeg, rows * sizeof(void *));
  for (JDIMENSION row = 0; row < rows; row++) table[row] = from_arena(jpeg, row_bytes);
  return table;
}

static JSAMPARRAY sample_rows(j_common_ptr jpeg, int pool, JDIMENSION samples, JDIMENSION rows) {
  (void)pool;
  // Vector code may write up to its own width beyond the end.
  size_t bytes = ((size_t)samples * sizeof(JSAMPLE) + 2 * arena_alignment - 1) /
                 arena_alignment * arena_alignment;
  return rows_of(jpeg, bytes, rows);
}

static JBLOCKARRAY block_rows(j_common_ptr jpeg, int pool, JDIMENSION blocks, JDIMENSION rows) {
  (void)pool;
  return rows_of(jpeg, (size_t)blocks * sizeof(JBLOCK), rows);
}

/// Whole pictures are kept only for progressive ones, of which no camera's stream is made.
static jvirt_sarray_ptr no_samples(j_common_ptr jpeg, int pool, boolean zero, JDIMENSION samples,
                                   JDIMENSION rows, JDIMENSION access) {
  (void)pool, (void)zero, (void)samples, (void)rows, (void)access;
  fail(jpeg);
  return NULL;
}

static jvirt_barray_ptr no_blocks(j_common_ptr jpeg, int pool, boolean zero, JDIMENSION blocks,
                                  JDIMENSION rows, JDIMENSION access) {
  (void)pool, (void)zero, (void)blocks, (void)rows, (void)access;
  fail(jpeg);
  return NULL;
}

static void free_pool(j_common_ptr jpeg, int pool) {
  if (pool == JPOOL_IMAGE) owner(jpeg)->used = 0;
  else owner(jpeg)->free_permanent(jpeg, pool);
}

static void use_arena(jpeg_luma *decoder) {
  struct jpeg_memory_mgr *memory = decoder->jpeg.mem;
  decoder->permanent_small = memory->alloc_small;
  decoder->permanent_large = memory->alloc_large;
  decoder->free_permanent = memory->free_pool;
  memory->alloc_small = small_block;
  memory->alloc_large = large_block;
  memory->alloc_sarray = sample_rows;
  memory->alloc_barray = block_rows;
  memory->request_virt_sarray = no_samples;
  memory->request_virt_barray = no_blocks;
  memory->free_pool = free_pool;
}

static int create(jpeg_luma *decoder) {
  if (setjmp(decoder->failure) != 0) return -1;
  jpeg_create_decompress(&decoder->jpeg);
  use_arena(decoder);
  return 0;
}

jpeg_luma *jpeg_luma_make(const luma_format *format) {
  jpeg_luma *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) return NULL;
  decoder->format = *format;
  decoder->arena = aligned_alloc(arena_alignment, arena_bytes);
  decoder->jpeg.err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = fail;
  decoder->errors.emit_message = weigh_message;
  decoder->errors.output_message = print_nothing;
  decoder->jpeg.client_data = decoder;
  if (decoder->arena == NULL || create(decoder) != 0) {
    free(decoder->arena);
    free(decoder);
    return NULL;
  }
  return decoder;
}

void jpeg_luma_free(jpeg_luma *decoder) {
  if (decoder == NULL) return;
  jpeg_destroy_decompress(&decoder->jpeg);
  free(decoder->arena);
  free(decoder);
}

static void read_rows(jpeg_luma *decoder, uint16_t *cells) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  const luma_format *format = &decoder->format;
  JSAMPROW row = decoder->row;
  for (uint32_t y = 0; y < format->rows; y++) {
    if (jpeg_read_scanlines(jpeg, &row, 1) != 1) fail((j_common_ptr)jpeg);
    for (uint32_t x = 0; x < format->columns; x++) {
      cells[y * format->columns + x] = (uint16_t)(row[x] * 256);
    }
  }
}

int jpeg_luma_decode(jpeg_luma *decoder, const uint8_t *bytes, size_t length, uint16_t *cells) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  const luma_format *format = &decoder->format;
  if (setjmp(decoder->failure) != 0) {
    jpeg_abort_decompress(jpeg);
    return -1;
  }
  jpeg_mem_src(jpeg, bytes, length);
  jpeg_read_header(jpeg, TRUE);
  if (jpeg->image_width != format->width || jpeg->image_height != format->height ||
      jpeg->progressive_mode || jpeg->arith_code) {
    fail((j_common_ptr)jpeg);
  }
  jpeg->out_color_space = JCS_GRAYSCALE;
  jpeg->scale_num = 1;
  jpeg->scale_denom = CVIDEO_CELL;
  jpeg_start_decompress(jpeg);
  if (jpeg->output_width != format->columns || jpeg->output_height != format->rows) {
    fail((j_common_ptr)jpeg);
  }
  read_rows(decoder, cells);
  jpeg_finish_decompress(jpeg);
  return 0;
}
