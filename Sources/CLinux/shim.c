#include "CLinux.h"

static __thread void *thread_object;

void *mc_thread_object(void) { return thread_object; }
void mc_set_thread_object(void *object) { thread_object = object; }
