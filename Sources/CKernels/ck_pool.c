#include "ck_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define PAUSE() _mm_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

// A worker takes an index by one compare-and-swap of `claim`, which holds the loop's number in its upper half and the
// next index in its lower. The loop's fields are written only while `claim` is CLOSED, with release order; a worker
// that has read a field of a later loop has thereby also seen a later `claim`, and its swap fails. So a worker that
// slept through a whole loop can never run an index of one loop with the task of another, and nobody waits for it.

enum {
    STACK_BYTES = 4 << 20,
    SPIN_NANOSECONDS = 30000,  // about the price of a sleep and a wake
};
static const uint32_t CLOSED = UINT32_MAX;

typedef struct worker {
    ck_pool *pool;
    pthread_t thread;
    int number;
} worker;

struct ck_pool {
    int threads;
    worker *workers;
    pthread_mutex_t turn;  // held by the one caller whose loop runs

    _Alignas(64) _Atomic uint64_t claim;
    _Alignas(64) _Atomic int finished;  // indices of the running loop that are done
    _Alignas(64) _Atomic int count;
    _Atomic ck_task task;
    _Atomic(void *) context;

    _Alignas(64) _Atomic int sleepers;
    _Atomic bool caller_sleeps, stopping;
    pthread_mutex_t lock;  // for sleeping only
    pthread_cond_t loop_begins, loop_ends;
};

// The pool whose task this thread is running, and as which worker: a loop inside a task runs inline.
static _Thread_local ck_pool *current_pool;
static _Thread_local int current_worker;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static uint32_t loop_of(uint64_t claim) {
    return (uint32_t)(claim >> 32);
}

/// Runs indices of the open loop until none is left; returns the number of the loop last seen.
static uint32_t take_part(ck_pool *pool, int worker) {
    int done = 0;
    uint64_t claim = atomic_load_explicit(&pool->claim, memory_order_acquire);
    for (;;) {
        uint32_t index = (uint32_t)claim;
        int count = atomic_load_explicit(&pool->count, memory_order_acquire);
        ck_task task = atomic_load_explicit(&pool->task, memory_order_acquire);
        void *context = atomic_load_explicit(&pool->context, memory_order_acquire);
        if (index == CLOSED || index >= (uint32_t)count) break;
        if (!atomic_compare_exchange_weak_explicit(
                &pool->claim, &claim, claim + 1, memory_order_acq_rel, memory_order_acquire))
            continue;
        task(context, (int)index, worker);
        done++;
        claim = atomic_load_explicit(&pool->claim, memory_order_acquire);
    }
    if (done == 0) return loop_of(claim);
    // The loop can't end, nor its `count` change, before this addition.
    int count = atomic_load_explicit(&pool->count, memory_order_relaxed);
    int finished = atomic_fetch_add_explicit(&pool->finished, done, memory_order_seq_cst) + done;
    if (finished == count && atomic_load_explicit(&pool->caller_sleeps, memory_order_seq_cst)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_signal(&pool->loop_ends);
        pthread_mutex_unlock(&pool->lock);
    }
    return loop_of(claim);
}

static bool is_new(ck_pool *pool, uint32_t seen) {
    return loop_of(atomic_load_explicit(&pool->claim, memory_order_seq_cst)) != seen ||
        atomic_load_explicit(&pool->stopping, memory_order_seq_cst);
}

static void wait_for_loop(ck_pool *pool, uint32_t seen) {
    int64_t end = now() + SPIN_NANOSECONDS;
    do {
        for (int i = 0; i < 32; i++) {
            if (is_new(pool, seen)) return;
            PAUSE();
        }
    } while (now() < end);
    pthread_mutex_lock(&pool->lock);
    // The caller looks at `sleepers` after it has written `claim`, and this reads them in the other order.
    atomic_fetch_add_explicit(&pool->sleepers, 1, memory_order_seq_cst);
    while (!is_new(pool, seen)) pthread_cond_wait(&pool->loop_begins, &pool->lock);
    atomic_fetch_sub_explicit(&pool->sleepers, 1, memory_order_seq_cst);
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *argument) {
    worker *self = argument;
    current_pool = self->pool;
    current_worker = self->number;
    uint32_t seen = 0;
    while (!atomic_load_explicit(&self->pool->stopping, memory_order_seq_cst)) {
        wait_for_loop(self->pool, seen);
        seen = take_part(self->pool, self->number);
    }
    return NULL;
}

/// Starts one worker that takes no signals: they are for the program's own threads.
static bool start(worker *worker) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&worker->thread, &attributes, work, worker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

static void stop(ck_pool *pool, int started) {
    pthread_mutex_lock(&pool->lock);
    atomic_store_explicit(&pool->stopping, true, memory_order_seq_cst);
    pthread_cond_broadcast(&pool->loop_begins);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < started; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_mutex_destroy(&pool->turn);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->loop_begins);
    pthread_cond_destroy(&pool->loop_ends);
    free(pool->workers);
    free(pool);
}

ck_pool *ck_pool_create(int threads) {
    ck_pool *pool = aligned_alloc(_Alignof(ck_pool), sizeof *pool);
    if (!pool) return NULL;
    *pool = (ck_pool){.threads = threads, .claim = CLOSED};
    pool->workers = calloc((size_t)threads, sizeof *pool->workers);
    pthread_mutex_init(&pool->turn, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->loop_begins, NULL);
    pthread_cond_init(&pool->loop_ends, NULL);
    for (int i = 0; i < threads - 1; i++) {
        if (pool->workers) pool->workers[i] = (worker){.pool = pool, .number = i + 1};
        if (pool->workers && start(&pool->workers[i])) continue;
        stop(pool, i);
        return NULL;
    }
    return pool;
}

void ck_pool_destroy(ck_pool *pool) {
    stop(pool, pool->threads - 1);
}

static void wait_for_end(ck_pool *pool, int count) {
    int64_t end = now() + SPIN_NANOSECONDS;
    do {
        for (int i = 0; i < 32; i++) {
            if (atomic_load_explicit(&pool->finished, memory_order_acquire) == count) return;
            PAUSE();
        }
    } while (now() < end);
    pthread_mutex_lock(&pool->lock);
    atomic_store_explicit(&pool->caller_sleeps, true, memory_order_seq_cst);
    while (atomic_load_explicit(&pool->finished, memory_order_seq_cst) != count)
        pthread_cond_wait(&pool->loop_ends, &pool->lock);
    atomic_store_explicit(&pool->caller_sleeps, false, memory_order_seq_cst);
    pthread_mutex_unlock(&pool->lock);
}

static void run_inline(int count, ck_task task, void *context, int worker) {
    for (int index = 0; index < count; index++) task(context, index, worker);
}

void ck_pool_run(ck_pool *pool, int count, ck_task task, void *context) {
    if (current_pool == pool) return run_inline(count, task, context, current_worker);
    if (pool->threads == 1 || count <= 1) return run_inline(count, task, context, 0);
    pthread_mutex_lock(&pool->turn);
    ck_pool *outer_pool = current_pool;
    int outer_worker = current_worker;
    current_pool = pool;
    current_worker = 0;

    uint32_t previous = loop_of(atomic_load_explicit(&pool->claim, memory_order_relaxed));
    atomic_store_explicit(&pool->claim, (uint64_t)previous << 32 | CLOSED, memory_order_relaxed);
    atomic_store_explicit(&pool->finished, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->count, count, memory_order_release);
    atomic_store_explicit(&pool->task, task, memory_order_release);
    atomic_store_explicit(&pool->context, context, memory_order_release);
    atomic_store_explicit(&pool->claim, (uint64_t)(previous + 1) << 32, memory_order_seq_cst);

    int sleepers = atomic_load_explicit(&pool->sleepers, memory_order_seq_cst);
    if (sleepers > 0) {
        pthread_mutex_lock(&pool->lock);
        for (int i = 0; i < sleepers && i < count - 1; i++) pthread_cond_signal(&pool->loop_begins);
        pthread_mutex_unlock(&pool->lock);
    }
    take_part(pool, 0);
    wait_for_end(pool, count);

    current_pool = outer_pool;
    current_worker = outer_worker;
    pthread_mutex_unlock(&pool->turn);
}
