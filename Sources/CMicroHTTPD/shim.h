#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <microhttpd.h>
/* Swift's own module of the C library leaves it out. */
#include <sys/epoll.h>

/* `MHD_start_daemon` is variadic, and its flags are no option set in Swift: this starts it with all that we use. */
typedef struct {
    int listen_socket;
    unsigned int connection_limit;
    unsigned int inactivity_seconds;
    size_t connection_memory;
    size_t stack_size;
    void *(*begun)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *context;
} cmhd_options;

/* Paths and queries stay as the client sent them: `%2F` must not become a separator. */
static inline size_t cmhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return __builtin_strlen(text);
}

static inline struct MHD_Daemon *cmhd_start(const cmhd_options *options) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, options->access,
        options->context, MHD_OPTION_LISTEN_SOCKET, options->listen_socket, MHD_OPTION_CONNECTION_LIMIT,
        options->connection_limit, MHD_OPTION_CONNECTION_TIMEOUT, options->inactivity_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_memory, MHD_OPTION_THREAD_STACK_SIZE,
        options->stack_size, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, &cmhd_keep_escapes, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, options->begun, options->context, MHD_OPTION_NOTIFY_COMPLETED, options->completed,
        options->context, MHD_OPTION_NOTIFY_CONNECTION, options->connection, options->context, MHD_OPTION_END);
}

/* `MHD_get_connection_info` is variadic. */
static inline int cmhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *cmhd_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

static inline size_t cmhd_header_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/* The sizes are macros with casts, which Swift does not import. The block only serves HTTP/1.0, which has no chunks. */
static inline struct MHD_Response *cmhd_create_stream(
    MHD_ContentReaderCallback read, void *context, MHD_ContentReaderFreeCallback release) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, read, context, release);
}

/* To `HEAD` the library answers with the end of a chunked body that it did not begin, unless chunks are forbidden; then it
   closes the connection instead. */
static inline void cmhd_forbid_chunks(struct MHD_Response *response) {
    MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

static const ssize_t cmhd_end_of_stream = MHD_CONTENT_READER_END_OF_STREAM;
static const ssize_t cmhd_broken_stream = MHD_CONTENT_READER_END_WITH_ERROR;

#endif
