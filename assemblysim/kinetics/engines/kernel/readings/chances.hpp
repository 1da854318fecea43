// The chance that the censored cells of a block stay below their limits, given its readings.
#pragma once

#include <vector>

#include "readings/alike.hpp"
#include "readings/network.hpp"

namespace assemblysim {

// Logarithm of the mean over standard normal x of prod Phi(limit + slope x - shared u), u standard
// normal and the same for cells of one error; `gains` slopes each.
class Chances {
public:
    Chances(const NormalRules& rules, double negligible) : rules_(rules), negligible_(negligible) {}

    double log_below(const std::vector<Margin>& cells, const std::vector<double>& slopes,
                     size_t gains);

private:
    // Cells of one shared error: they are neighbours among the kept ones.
    struct Group {
        size_t begin, end;
        double shared;
        Alike rule;
    };

    const NormalRules& rules_;
    double negligible_;
    size_t size_ = 0;  // slopes of a kept cell
    std::vector<double> limits_, slopes_, lowered_, margins_;
    std::vector<double> excess_;  // of each coordinate
    std::vector<Group> groups_;

    void keep(const Margin& cell, const double* slope);
    void absorb();
    double log_of_pair() const;
    bool log_alike(double& found) const;
    bool log_two_signals(double& found) const;
    void reduce();
    void turn();
    void lower(const std::vector<double>& x);
    void lay(const std::vector<double>& x);
    double height(const std::vector<double>& x);
    void find_mode(std::vector<double>& mode, std::vector<double>& bend);
    double log_by_rule();
};

}  // namespace assemblysim
