// The chance that normal errors stay below their limits when they share one in equal measure.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "readings/instructions.hpp"

namespace assemblysim {

// Nodes above the middle of Gauss and Legendre's rule on (-1, 1), and their weights.
constexpr size_t panel_half = 6;
constexpr std::array<double, panel_half> panel_at{0.12523340851146892, 0.36783149899818018,
                                                  0.5873179542866174,  0.76990267419430469,
                                                  0.90411725637047486, 0.98156063424671924};
constexpr std::array<double, panel_half> panel_weight{0.24914704581340277, 0.23349253653835481,
                                                      0.20316742672306592, 0.16007832854334622,
                                                      0.10693932599531842, 0.047175336386511828};

// Logarithm of the mean of prod_j Phi(limits[j] - slope x) over a standard normal x. Where a rule
// is laid out for some limits it serves others nearby.
class Alike {
public:
    // Lays out the rule; slope >= 0, and above 0 for more than one limit. A fine one is good to
    // 1e-9, a coarse one to 1e-6.
    void lay(const double* limits, size_t count, double slope, bool fine);

    double log_mean(const double* limits) const;

private:
    size_t count_ = 0, steps_ = most_equal_steps;
    double slope_ = 0, from_ = 0, step_ = 0, log_step_ = 0;
    std::vector<double> limits_, drift_;  // how the points move with the limits
    bool by_parts() const { return slope_ > 1; }
};

// Logarithm of the mean of prod_j Phi(limits[j] - slope x) over a standard normal x; slope >= 0.
double log_mean_alike(const double* limits, size_t count, double slope);

// The same with a slope each, of any sign.
double log_mean_unlike(const double* limits, const double* slopes, size_t count);

// Logarithm of the chance that two standard normals stay below h and k. What is given is one minus
// their correlation, which may be tiny, and one plus it.
double log_pair_below(double h, double k, double minus, double plus);

}  // namespace assemblysim
