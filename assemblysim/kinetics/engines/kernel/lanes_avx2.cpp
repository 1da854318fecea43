// The engine's lanes in AVX2 and FMA, for processors that have both; see lanes.hpp.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "job.hpp"
#include "rodas5p.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#define WIDTH 4
namespace assemblysim::avx2 {
#include "vectors.hpp"
#include "lanes.hpp"
}  // namespace assemblysim::avx2
namespace assemblysim {
void advance_avx2(Job& job, size_t share) { avx2::advance(job, share); }
}  // namespace assemblysim
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#else
namespace assemblysim {
void advance_avx2(Job& job, size_t share) { advance_baseline(job, share); }
}  // namespace assemblysim
#endif
