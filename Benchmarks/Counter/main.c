// usage: Counter SECONDS      Counts, a few milliseconds at a time, and prints how many microseconds each time took.
//
// It waits for nobody: whatever is longer than the rest is time that the machine was not there.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PIECE_MICROSECONDS = 4000, TRIALS = 50, TRIAL_COUNT = 20000 };

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t count_ns(int64_t count) {
    volatile uint64_t value = 1;
    int64_t began = now_ns();
    for (int64_t turn = 0; turn < count; turn++) value = value * 3 + 1;
    return now_ns() - began;
}

int main(int argumentCount, char **arguments) {
    int seconds = argumentCount == 2 ? atoi(arguments[1]) : 0;
    if (seconds < 1 || seconds > 60) {
        fprintf(stderr, "usage: Counter SECONDS, 1 to 60\n");
        return 64;
    }
    int64_t shortest = INT64_MAX;
    for (int trial = 0; trial < TRIALS; trial++) {
        int64_t time = count_ns(TRIAL_COUNT);
        if (time > 0 && time < shortest) shortest = time;
    }
    int64_t piece = PIECE_MICROSECONDS * 1000LL * TRIAL_COUNT / shortest;
    for (int64_t end = now_ns() + seconds * 1000000000LL; now_ns() < end;) printf("%lld\n", (long long)(count_ns(piece) / 1000));
    return 0;
}
