// The engine's lanes in AVX2 and FMA, for processors that have both.
#include "method/lanes/outside.hpp"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#define WIDTH 4
namespace assemblysim::avx2 {
#include "method/lanes/group.hpp"
}  // namespace assemblysim::avx2
namespace assemblysim {
void advance_avx2(Job& job, size_t share) { avx2::advance(job, share); }
}  // namespace assemblysim
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
