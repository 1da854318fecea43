// A block of one gain in which no two cells share an error: its network is a star, so that density
// and derivatives are closed where at most two cells may be above their limit.
#pragma once

#include <vector>

#include "readings/chances.hpp"
#include "readings/network.hpp"
#include "readings/readings.hpp"

namespace assemblysim {

// Where derivatives of a block's point go: by the logarithm of each cell's signal and of its own
// error, and of the shared one.
struct Derivatives {
    double *by_signal, *by_own, *by_shared;
};

class Alone {
public:
    explicit Alone(const Readings& job);

    // Whether a block is such a one.
    bool fits(size_t block) const { return fits_[block]; }

    // Takes signals and sizes of vector b.
    void take(size_t b);

    // Log density of a block that fits.
    double point(size_t block, Chances& chances);

    // Writes the derivatives of the last point; says whether they are closed.
    bool derive(const Derivatives& to);

private:
    const Readings& job_;
    std::vector<bool> fits_;
    std::vector<double> log_counts_;
    const double* signals_ = nullptr;
    double unit_ = 1, log_unit_ = 0, ratio_ = 0;
    bool clipped_ = false;  // the shared error, whose changes then do not matter
    std::vector<double> size_, variance_, log_variance_;  // of the own sizes, in the unit
    // Of the last point, in the unit: cells about the gain's mean, its weight.
    size_t first_ = 0, count_ = 0;
    double weight_ = 0, log_chance_ = 0;
    std::vector<double> off_;
    std::vector<Margin> cells_;
    std::vector<double> slopes_;

    // What the chance changes with: cells' distances from the gain, their variances, and the
    // gain's.
    struct ChanceBy {
        std::vector<double> off, variance;
        double total = 0, gain = 0;
    };
    ChanceBy by_;
    std::vector<size_t> doubtful_;
    void find_doubtful();
    void derive_single(size_t cell);
    void derive_pair(size_t one, size_t two);
    double deviation(size_t cell) const;
};

}  // namespace assemblysim
