// What Swift's Glibc module leaves out of Linux: declarations and thin calls only.
#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// The object of the calling thread (an event loop), or NULL. One slot, one owner: HTTPKit's EventLoop.
void *mc_thread_object(void);
void mc_set_thread_object(void *object);

/// accept4 without the address; the descriptor is non-blocking and close-on-exec.
int mc_accept(int listener);
/// socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0).
int mc_socket(int domain, int type);
/// prctl(PR_SET_DUMPABLE, 0): no core file, no ptrace by others, so no keys in either.
int mc_forbid_dump(void);
/// The environment of the process, ended by NULL: Swift does not import the variable `environ`.
char **mc_environment(void);
/// sched_getaffinity and CPU_COUNT: how many cores the calling thread may run on; 0 where the kernel does not say.
int mc_core_count(void);
/// Gives memory that was freed back to the kernel: that of glibc's malloc, and where the program is linked with mimalloc, that of the calling thread.
void mc_return_memory(void);
