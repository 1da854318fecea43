// The engine's lanes in AVX-512, for processors that have it.
#include "method/lanes/outside.hpp"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq")
#endif
#define WIDTH 8
namespace assemblysim::avx512 {
#include "method/lanes/group.hpp"
}  // namespace assemblysim::avx512
namespace assemblysim {
void advance_avx512(Job& job, size_t share) { avx512::advance(job, share); }
}  // namespace assemblysim
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
