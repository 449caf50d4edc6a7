// SPDX-License-Identifier: Apache-2.0
#include "jpegmaker.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

static void sample_colours(struct jpeg_compress_struct *jpeg, int chroma) {
  jpeg->comp_info[0].h_samp_factor = chroma == 444 ? 1 : 2;
  jpeg->comp_info[0].v_samp_factor = chroma == 420 ? 2 : 1;
}

uint8_t *jpegmaker_encode(const uint8_t *rgb, int width, int height, jpegmaker_style style,
                          size_t *length) {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  unsigned char *bytes = NULL;
  unsigned long size = 0;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = (JDIMENSION)width;
  jpeg.image_height = (JDIMENSION)height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  if (style.chroma == 0) jpeg_set_colorspace(&jpeg, JCS_GRAYSCALE);
  else sample_colours(&jpeg, style.chroma);
  jpeg_set_quality(&jpeg, style.quality, TRUE);
  if (style.is_progressive) jpeg_simple_progression(&jpeg);
  jpeg.restart_in_rows = style.restart_rows;
  if (style.omits_tables) {
    for (int i = 0; i < 2; i++) {
      jpeg.dc_huff_tbl_ptrs[i]->sent_table = TRUE;
      jpeg.ac_huff_tbl_ptrs[i]->sent_table = TRUE;
    }
  }
  jpeg_start_compress(&jpeg, style.omits_tables ? FALSE : TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = (JSAMPROW)(rgb + (size_t)jpeg.next_scanline * (size_t)width * 3);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  *length = size;
  return bytes;
}
