// The chance that the censored cells of a block stay below their limits, given its readings.
#pragma once

#include <vector>

#include "readings/network.hpp"
#include "readings/product/product.hpp"

namespace assemblysim {

// Logarithm of the mean over standard normal x of prod Phi(limit + slope x - shared u), u standard
// normal and the same for cells of one error; `gains` slopes each.
class Chances {
public:
    Chances(const NormalRules& rules, double negligible)
        : rules_(rules), negligible_(negligible), product_(rules) {}

    double log_below(const std::vector<Margin>& cells, const std::vector<double>& slopes,
                     size_t gains);

private:
    const NormalRules& rules_;
    double negligible_;
    size_t size_ = 0;  // slopes of a kept cell
    std::vector<double> limits_, slopes_, margins_;
    std::vector<SharedError> groups_;
    ProductRule product_;

    void keep(const Margin& cell, const double* slope);
    void absorb();
    double log_of_pair() const;
    bool log_alike(double& found) const;
    bool log_two_signals(double& found) const;
    bool log_two_spectra(double& found) const;
};

}  // namespace assemblysim
