// The processor's own account of itself, by CPUID and XGETBV (Intel SDM volume 1, chapters 14, 15).
#include "method/processor.hpp"

#if defined(__x86_64__)
#include <cpuid.h>

#include <cstdint>
#endif

namespace assemblysim {

#if defined(__x86_64__)
namespace {

constexpr bool has(uint64_t word, uint64_t bits) { return (word & bits) == bits; }

// The registers that the system saves when it changes programs.
uint64_t saved_registers() {
    uint32_t low = 0, high = 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t{high} << 32u) | low;
}

}  // namespace

Processor this_processor() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned fma = 1u << 12u, osxsave = 1u << 27u, avx = 1u << 28u;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, fma | osxsave | avx)) return {};
    constexpr uint64_t ymm = 0x06, zmm = 0xe6;
    const uint64_t saved = saved_registers();
    constexpr unsigned avx2 = 1u << 5u, avx512f = 1u << 16u, avx512dq = 1u << 17u;
    if (!has(saved, ymm) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return {};
    return {has(b, avx2), has(saved, zmm) && has(b, avx2 | avx512f | avx512dq)};
}
#else
Processor this_processor() { return {}; }
#endif

}  // namespace assemblysim
