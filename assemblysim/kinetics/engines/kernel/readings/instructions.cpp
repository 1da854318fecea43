// The loops, compiled for what every processor of its kind has and for AVX2.
#include "readings/instructions.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "method/processor.hpp"
#include "readings/mills.hpp"

namespace assemblysim {
namespace {

#define WIDTH 2
namespace baseline {
#include "readings/steps.hpp"
}  // namespace baseline
#undef WIDTH

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#define WIDTH 4
namespace avx2 {
#include "readings/steps.hpp"
}  // namespace avx2
#undef WIDTH
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

Instructions chosen() {
#if defined(__x86_64__)
    if (this_processor().avx2)
        return {avx2::log_sum, avx2::exponentials, avx2::chances,    avx2::hazards,
                avx2::singles, avx2::pairs,        avx2::series_sum, avx2::multiply};
#endif
    return {baseline::log_sum, baseline::exponentials, baseline::chances,    baseline::hazards,
            baseline::singles, baseline::pairs,        baseline::series_sum, baseline::multiply};
}

}  // namespace

const Instructions& fastest_instructions() {
    static const Instructions fastest = chosen();
    return fastest;
}

}  // namespace assemblysim
