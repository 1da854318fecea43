// Tables of normal chances at equal steps.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "readings/instructions.hpp"
#include "readings/mills.hpp"

namespace assemblysim {

constexpr size_t lanes_at_most = 4;
constexpr size_t most_phases = 16;
constexpr double phases_in_unit = 28;

// Chances below places at equal steps downwards, with the derivatives of Taylor's series: for any
// place the nearest of finer steps is at most half of one of these away.
class ChanceTable {
public:
    ChanceTable(double low, double high, double step, size_t points)
        : high_(high),
          step_(step),
          phases_(std::min(static_cast<size_t>(phases_in_unit * step) + 1, most_phases)) {
        const auto steps = static_cast<size_t>((high - low) / step) + points + 2;
        length_ = (steps + lanes_at_most - 1) / lanes_at_most * lanes_at_most;
        const Instructions& lanes = fastest_instructions();
        values_.resize(phases_ * series_terms * length_);
        std::vector<double> down(length_), density(length_);
        for (size_t p = 0; p < phases_; ++p) {
            double* terms = &values_[p * series_terms * length_];
            for (size_t k = 0; k < length_; ++k) {
                down[k] = place(k, p);
                density[k] = -0.5 * down[k] * down[k];
                down[k] = -down[k];
            }
            lanes.chances(0, down.data(), length_, 0, terms);
            lanes.exponentials(density.data(), length_);
            for (size_t k = 0; k < length_; ++k) {
                const double x = -down[k], d = density_at_middle * density[k];
                terms[length_ + k] = d;
                terms[2 * length_ + k] = -x * d / 2;
                terms[3 * length_ + k] = (x * x - 1) * d / 6;
                terms[4 * length_ + k] = (3 - x * x) * x * d / 24;
            }
        }
    }

    // The series of what begins at x, which lies between low and high.
    Series from(double x) const {
        const double steps = (high_ - x) / step_, fine = static_cast<double>(phases_);
        const auto nearest = static_cast<size_t>(std::lround(steps * fine));
        const size_t k = nearest / phases_, p = nearest % phases_;
        return {&values_[p * series_terms * length_ + k], length_, x - place(k, p)};
    }

private:
    double high_, step_;
    size_t phases_, length_ = 0;
    std::vector<double> values_;

    double place(size_t k, size_t p) const {
        return high_ - step_ * (static_cast<double>(k) +
                                static_cast<double>(p) / static_cast<double>(phases_));
    }
};

}  // namespace assemblysim
