#include "ck_pool.h"

#include <pthread.h>
#include <stdlib.h>

struct ck_pool {
    int threads;
    pthread_mutex_t turn;
};

ck_pool *ck_pool_create(int threads) {
    ck_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->threads = threads;
    pthread_mutex_init(&pool->turn, NULL);
    return pool;
}

void ck_pool_destroy(ck_pool *pool) {
    pthread_mutex_destroy(&pool->turn);
    free(pool);
}

void ck_pool_run(ck_pool *pool, int count, ck_task task, void *context) {
    pthread_mutex_lock(&pool->turn);
    for (int index = 0; index < count; index++) task(context, index, 0);
    pthread_mutex_unlock(&pool->turn);
}
