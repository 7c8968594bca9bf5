// What Swift's Glibc module leaves out: extended attributes, and renameat2.

#ifndef CLINUXFILES_SHIM_H
#define CLINUXFILES_SHIM_H

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// Swift can't call a variadic function, and stdio.h shows renameat2 only to _GNU_SOURCE. The 1 is RENAME_NOREPLACE.
static inline long rename_noreplace(const char *from, const char *to) {
  return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1);
}

#endif
