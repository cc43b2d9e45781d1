#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>

static __thread void *thread_object;

void *mc_thread_object(void) { return thread_object; }
void mc_set_thread_object(void *object) { thread_object = object; }

int mc_accept(int listener) { return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC); }
int mc_socket(int domain, int type) { return socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }
int mc_forbid_dump(void) { return prctl(PR_SET_DUMPABLE, 0); }

extern char **environ;
char **mc_environment(void) { return environ; }

int mc_core_count(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

extern void mi_collect(_Bool force) __attribute__((weak));
void mc_return_memory(void) {
    if (mi_collect) mi_collect(1); else malloc_trim(0);
}
