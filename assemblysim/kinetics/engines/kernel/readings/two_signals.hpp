// The chance that two signals stay below their limits in several spectra in which the same other
// signals were read: the most frequent pattern of two that is not closed.
#pragma once

#include <cstddef>
#include <vector>

#include "readings/readings.hpp"

namespace assemblysim {

// Two errors w of covariance own I + common J, shared by all spectra, and in each spectrum another
// one of standard deviation `spread`; a cell is below where its own error of unit size is smaller
// than limit - w_i - spread e_r.
struct TwoSignals {
    double own, common, spread;
    std::vector<double> limits[2];  // of each signal, by spectrum; infinite where there is none
};

// Logarithm of the chance, good to 1e-6 where no limit lies further below than `deepest_two`
// standard deviations of its cell.
constexpr double deepest_two = -14;
// Not a number where Newton's steps do not find the mode, or the grid would be an enormous one.
double log_two_below(const TwoSignals& cells, const NormalRules& rules);

}  // namespace assemblysim
