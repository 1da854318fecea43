// The standard normal distribution from a table: chances and densities are good to 1e-9 of
// themselves, and three to ten times as fast as from the library.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace assemblysim {

constexpr double root_of_half = 0.70710678118654752, density_at_zero = 0.39894228040143268;

// Taylor series for the chance below x, about the middles of equal steps.
struct NormalTable {
    static constexpr int farthest = 9, places_in_one = 16, terms = 9;
    using Series = std::array<double, terms>;
    std::array<Series, size_t{2} * farthest * places_in_one> about;

    NormalTable() noexcept;
};
extern const NormalTable normal_table;

struct NormalPlace {
    const NormalTable::Series& series;
    double off;
};

// Where in the table a number is found that lies within it.
inline NormalPlace normal_place(double x) {
    const double steps = (x + NormalTable::farthest) * NormalTable::places_in_one;
    const auto place = static_cast<size_t>(steps);
    const double off = (steps - static_cast<double>(place) - 0.5) / NormalTable::places_in_one;
    return {normal_table.about[place], off};
}

inline bool in_normal_table(double x) { return std::fabs(x) < NormalTable::farthest; }

// Chance of a standard normal below x.
inline double normal_below(double x) {
    if (!in_normal_table(x)) return 0.5 * std::erfc(-x * root_of_half);
    const auto [c, d] = normal_place(x);
    const double d2 = d * d, d4 = d2 * d2;
    return ((c[0] + c[1] * d) + (c[2] + c[3] * d) * d2) +
           (((c[4] + c[5] * d) + (c[6] + c[7] * d) * d2) + c[8] * d4) * d4;
}

// Density of a standard normal at x.
inline double normal_density(double x) {
    if (!in_normal_table(x)) return density_at_zero * std::exp(-0.5 * x * x);
    const auto [c, d] = normal_place(x);
    const double d2 = d * d, d4 = d2 * d2;
    return ((c[1] + 2 * c[2] * d) + (3 * c[3] + 4 * c[4] * d) * d2) +
           ((5 * c[5] + 6 * c[6] * d) + (7 * c[7] + 8 * c[8] * d) * d2) * d4;
}

}  // namespace assemblysim
