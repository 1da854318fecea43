// Readings about a line through one unknown number x: reading j is y_j = slope_j x + e_j, e_j of
// size (additive_j^2 + (relative_j slope_j x)^2)^(1/2) and normal or, with heavy tails, Student's t
// of four degrees of freedom. x, a scale factor or a shared error, is integrated out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assemblysim {

// B vectors of K groups; a group's cells are begin[k] to begin[k + 1] of n.
struct ReadingLines {
    size_t batch = 0, groups = 0;
    bool heavy = false;
    const int32_t* begin = nullptr;
    const uint8_t* censored = nullptr;  // (n): below its number
    // (B, n)
    const double *number = nullptr, *slope = nullptr, *additive = nullptr, *relative = nullptr;
    // (B, K): of the normal distribution of x, or 0 where x is flat
    const double* width = nullptr;
    double low = 0, high = 0;  // between which x may lie
    double* points = nullptr;  // (B, K): log-likelihoods
    // (B, n): derivatives by each number, and by the logarithm of each size; or nothing
    double *by_number = nullptr, *by_size = nullptr;
};

void line_points(const ReadingLines& job);

}  // namespace assemblysim
