#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import.
static inline int xq_inflate_init_gzip(z_stream *stream) {
  // 15: the largest window; 16: gzip alone.
  return inflateInit2(stream, 15 + 16);
}
