// Sets of small numbers as bits: the pattern of one row of a matrix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assemblysim {

using Bits = std::vector<uint64_t>;

inline Bits no_bits(int32_t size) { return Bits((static_cast<size_t>(size) + 63) / 64, 0); }
inline size_t word_of(int32_t i) { return static_cast<size_t>(i) / 64; }
inline uint64_t mask_of(int32_t i) { return uint64_t{1} << (static_cast<uint32_t>(i) % 64); }
inline bool has(const Bits& bits, int32_t i) { return (bits[word_of(i)] & mask_of(i)) != 0; }
inline void set(Bits& bits, int32_t i) { bits[word_of(i)] |= mask_of(i); }
inline void clear(Bits& bits, int32_t i) { bits[word_of(i)] &= ~mask_of(i); }
inline void join(Bits& bits, const Bits& others) {
    for (size_t w = 0; w < bits.size(); ++w) bits[w] |= others[w];
}
inline int64_t count(const Bits& bits) {
    int64_t total = 0;
    for (uint64_t word : bits)
        for (; word; word &= word - 1) ++total;
    return total;
}

}  // namespace assemblysim
