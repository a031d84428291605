#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H

#include <cblas.h>
#include <stddef.h>

/* LAPACK's eigenvalues of a symmetric matrix: OpenBLAS exports them, and its headers leave them out. The last two
   arguments are the lengths of the two texts, which Fortran passes unseen. */
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
             const int *lwork, int *iwork, const int *liwork, int *info, size_t jobz_length, size_t uplo_length);

/* The same by value: Fortran wants each size by address, and Swift does not pass one variable's address twice. Reads the
   lower triangle of rows, which LAPACK, counting in columns, calls the upper one. */
static inline int cblas_dsyevd_values(int n, double *a, double *w, double *work, int lwork, int *iwork, int liwork) {
    int info = 0;
    dsyevd_("N", "U", &n, a, &n, w, work, &lwork, iwork, &liwork, &info, 1, 1);
    return info;
}

#endif
