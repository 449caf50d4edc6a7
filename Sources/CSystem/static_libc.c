// SPDX-License-Identifier: Apache-2.0
// Parts of the C library that a board binary has no use of, and that the linker would take along
// for the sake of their callers: loading shared objects of character sets, translated messages,
// other locales, and the resolver's state of each thread. Together they are 0.12 MB.
//
// The names are internal ones of glibc 2.36. With a library that has others the link fails, since
// one of them is then missing or there twice; it cannot go wrong silently.
#ifdef TAUMESH_BOARD

#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Character sets: those that are built in, among them UTF-8.
int __gconv_find_shlib(const char *name) {
  (void)name;
  return 0;
}
void __gconv_release_shlib(void *handle) { (void)handle; }

// Nothing is loaded, so there is nowhere to look, and no stack ever has to be executable.
void _dl_init_paths(const char *path, const char *source, const char *prepend, const char *mask) {
  (void)path, (void)source, (void)prepend, (void)mask;
}
int __stack_prot = PROT_READ | PROT_WRITE;
int _dl_make_stacks_executable(void **end) {
  (void)end;
  return 1;
}
int __nptl_change_stack_perm(void *thread) {
  (void)thread;
  return 1;
}

// Messages are in one language.
char *__dcgettext(const char *domain, const char *text, int category) {
  (void)domain, (void)category;
  return (char *)text;
}
char *dcgettext(const char *domain, const char *text, int category) {
  return __dcgettext(domain, text, category);
}
char *bindtextdomain(const char *domain, const char *folder) {
  (void)domain;
  return (char *)folder;
}
char *bind_textdomain_codeset(const char *domain, const char *codeset) {
  (void)domain;
  return (char *)codeset;
}

// The C locale is the only one.
locale_t newlocale(int mask, const char *name, locale_t base) {
  (void)mask, (void)name, (void)base;
  return LC_GLOBAL_LOCALE;
}
void freelocale(locale_t locale) { (void)locale; }

static void say(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) abort();
}

_Noreturn void __assert_fail(const char *what, const char *file, unsigned line,
                             const char *function) {
  (void)line;
  say(file);
  say(": ");
  say(function ? function : "?");
  say(": assertion failed: ");
  say(what);
  say("\n");
  abort();
}

// The C library's resolver is not there (cross-compile/gates.sh); threads have a pointer to its
// state all the same.
__thread void *__resp;
extern __thread void *__libc_resp __attribute__((alias("__resp")));

#endif
