#ifndef CJANSSON_SHIM_H
#define CJANSSON_SHIM_H

#include <jansson.h>

/* Swift can't call `json_error_code`: the function and its enum share one name. */
static inline int cjansson_error_code(const json_error_t *error) { return (int)json_error_code(error); }

#endif
