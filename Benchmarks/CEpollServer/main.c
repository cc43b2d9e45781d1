// The floor of what an HTTP/1.1 request costs on this machine: epoll, keep-alive, one read, one write, a canned answer.
//
// It parses just enough to find where a request ends: `Content-Length`, written as the load generators write it, and the empty line. It checks
// nothing else, has no timeouts and takes loopback connections only. usage: CEpollServer PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { bufferBytes = 16384, eventsMax = 256, descriptorsMax = 20000 };

static const char body[] =
    "{\"impi\":\"user1@primary.example\",\"3gAkaAvs\":[{\"rand\":\"000102030405060708090a0b0c0d0e0f\",\"xres\":\"2021222324252627\","
    "\"autn\":\"101112131415161718191a1b1c1d1e1f\",\"ck\":\"000102030405060708090a0b0c0d0e0f\",\"ik\":\"000102030405060708090a0b0c0d0e0f\"}]}";

// What one connection has sent of a request that is not whole yet.
static struct { char *bytes; size_t count; } partial[descriptorsMax];
static char input[bufferBytes + 1], output[bufferBytes * 4], answer[1024];
static size_t answerBytes;

static void fail(const char *what) { perror(what); exit(1); }

// Returns the length of the request at the start of the text, 0 if it is not whole.
static size_t requestBytes(char *text, size_t count) {
    text[count] = 0;
    char *end = strstr(text, "\r\n\r\n");
    if (!end) return 0;
    size_t head = (size_t)(end - text) + 4, bodyBytes = 0;
    char *field = strcasestr(text, "\r\ncontent-length:");
    if (field && field < end) bodyBytes = strtoul(field + 17, NULL, 10);
    return count - head >= bodyBytes ? head + bodyBytes : 0;
}

static void drop(int fd) {
    free(partial[fd].bytes);
    partial[fd].bytes = NULL;
    partial[fd].count = 0;
    close(fd);
}

static void serve(int fd) {
    size_t count = partial[fd].count;
    if (count) memcpy(input, partial[fd].bytes, count);
    ssize_t got = read(fd, input + count, bufferBytes - count);
    if (got <= 0) return drop(fd);
    count += (size_t)got;
    size_t start = 0, used, outputBytes = 0;
    while (start < count && (used = requestBytes(input + start, count - start))) {
        start += used;
        if (outputBytes + answerBytes > sizeof output) return drop(fd);
        memcpy(output + outputBytes, answer, answerBytes);
        outputBytes += answerBytes;
    }
    free(partial[fd].bytes);
    partial[fd].bytes = NULL;
    partial[fd].count = count - start;
    if (partial[fd].count) {
        if (partial[fd].count == bufferBytes || !(partial[fd].bytes = malloc(partial[fd].count))) return drop(fd);
        memcpy(partial[fd].bytes, input + start, partial[fd].count);
    }
    if (outputBytes && write(fd, output, outputBytes) != (ssize_t)outputBytes) drop(fd);
}

static int listenOn(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) fail("listen");
    return fd;
}

static void acceptOn(int listener, int poll) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    if (fd < 0) return;
    if (fd >= descriptorsMax) { close(fd); return; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event)) drop(fd);
}

int main(int count, char **arguments) {
    if (count != 2) { fputs("usage: CEpollServer PORT\n", stderr); return 64; }
    answerBytes = (size_t)snprintf(
        answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", sizeof body - 1, body);
    int listener = listenOn(atoi(arguments[1])), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[eventsMax];
    if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event)) fail("epoll_ctl");
    for (;;) {
        int ready = epoll_wait(poll, events, eventsMax, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == listener) acceptOn(listener, poll);
            else serve(events[i].data.fd);
        }
    }
}
