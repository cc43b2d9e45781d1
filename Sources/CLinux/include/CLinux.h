// What Swift's Glibc module leaves out of Linux: declarations and macro values only.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/// The object of the calling thread (an event loop), or NULL. One slot, one owner: HTTPKit's EventLoop.
void *mc_thread_object(void);
void mc_set_thread_object(void *object);
