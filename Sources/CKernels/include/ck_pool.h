#ifndef CK_POOL_H
#define CK_POOL_H

/// A fixed set of threads that run the tasks of one loop at a time.
typedef struct ck_pool ck_pool;

/// One task of a loop: `index` in 0..<count; `worker` in 0..<threads, for scratch memory of its own.
typedef void (*ck_task)(void *context, int index, int worker);

/// Starts `threads - 1` workers (the caller of `ck_pool_run` is the last); NULL when a thread can't be had.
ck_pool *ck_pool_create(int threads);

/// Stops and joins the workers.
void ck_pool_destroy(ck_pool *pool);

/// Runs task(context, 0..<count), in any order, on all threads, and returns when all are done.
/// Callers from several threads take turns. Called inside a task of the same pool, it runs the loop on this thread, as
/// the worker that the task has.
void ck_pool_run(ck_pool *pool, int count, ck_task task, void *context);

#endif
