// The chance that cells stay below their limits where nothing simpler serves: a product rule over
// the gains.
#pragma once

#include <cstddef>
#include <vector>

#include "readings/alike.hpp"
#include "readings/readings.hpp"

namespace assemblysim {

// Cells of one shared error, which are neighbours; a single one has none.
struct SharedError {
    size_t begin, end;
    double shared;
};

class ProductRule {
public:
    explicit ProductRule(const NormalRules& rules) : rules_(rules) {}

    // Logarithm of the mean over standard normal x of prod Phi(limit + slope x - shared u), u
    // standard normal and the same for cells of one error; `gains` slopes each.
    double log_below(const std::vector<double>& limits, const std::vector<double>& slopes,
                     size_t gains, const std::vector<SharedError>& errors);

private:
    const NormalRules& rules_;
    const std::vector<SharedError>* errors_ = nullptr;
    size_t size_ = 0;  // coordinates
    std::vector<double> limits_, slopes_;
    std::vector<double> excess_;  // of each coordinate
    std::vector<double> mode_, factor_;
    // Of the nodes: coordinates, one after the other, and their terms as a factor and a power of e.
    size_t nodes_ = 0;
    std::vector<double> at_, factors_, exponents_, lowered_[2];

    void reduce();
    void turn();
    double height(const std::vector<double>& z, std::vector<double>& gradient,
                  std::vector<double>& bend) const;
    void find_mode();
    void set_nodes();
    double at_mode(size_t cell) const;
    double lowest_at_mode(const SharedError& error) const;
    void lower(size_t cell, std::vector<double>& to) const;
    void multiply_single(size_t cell);
    void multiply_pair(const SharedError& error);
    void multiply_by_table(const SharedError& error);
    void multiply_several(const SharedError& error);
};

}  // namespace assemblysim
