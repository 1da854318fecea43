// Cells that stay below their limits almost surely are left out. One that is left is closed, two
// are a bivariate normal chance, several that share one error an integral over that; what remains
// is a product rule over the gains.
#include "readings/chances.hpp"

#include <algorithm>
#include <cmath>

#include "readings/mills.hpp"
#include "readings/two_signals.hpp"

namespace assemblysim {
namespace {

constexpr double same = 1e-9;  // of two variances, relative to the larger
constexpr double widest = 1e7;
constexpr double least_own = 1e-12, most_common = 2;  // variances that a grid can be laid over

double dot(const double* a, const double* b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

double square_apart(const double* a, const double* b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

bool alike(double a, double b) { return std::abs(a - b) <= same * std::max(a, b); }

}  // namespace

double Chances::log_below(const std::vector<Margin>& cells, const std::vector<double>& slopes,
                          size_t gains) {
    limits_.clear();
    slopes_.clear();
    groups_.clear();
    size_ = gains;
    // What may be left out depends on how unlikely the others are: where a cell stays far below its
    // limit, another that is anticorrelated is driven towards its own.
    double cap = 0, together = 0;
    margins_.clear();
    for (size_t c = 0; c < cells.size(); ++c) {
        const double* slope = slopes.data() + c * gains;
        const double shared = cells[c].shared;
        const double sd = std::sqrt(1 + dot(slope, slope, gains) + shared * shared);
        margins_.push_back(cells[c].limit / sd);
        const double alone = assemblysim::log_below(margins_.back());
        cap = std::min(cap, alone);
        together += alone;
    }
    // No grid can be laid about what is no number.
    if (std::isnan(together)) return together;
    if (cells.size() == 1) return cap;
    size_t last_error = 0;
    for (size_t c = 0; c < cells.size(); ++c) {
        const double* slope = slopes.data() + c * gains;
        const double shared = cells[c].shared;
        if (assemblysim::log_below(-margins_[c]) < std::log(negligible_) + together) continue;
        if (groups_.empty() || cells[c].error != last_error)
            groups_.push_back({limits_.size(), limits_.size(), std::min(shared, widest)});
        last_error = cells[c].error;
        ++groups_.back().end;
        keep(cells[c], slope);
    }
    if (limits_.size() < 2) return cap;
    double found = 0;
    if (limits_.size() == 2) {
        found = log_of_pair();
    } else {
        if (!log_two_signals(found) && !log_two_spectra(found)) {
            absorb();
            if (!log_alike(found)) found = product_.log_below(limits_, slopes_, size_, groups_);
        }
    }
    return std::min(found, cap);
}

void Chances::keep(const Margin& cell, const double* slope) {
    // Beside a shared error of more than `widest` an own one counts for nothing.
    const double part = std::min(1.0, widest / std::max(cell.shared, 1e-300));
    limits_.push_back(part * cell.limit);
    for (size_t s = 0; s < size_; ++s) slopes_.push_back(part * slope[s]);
}

// A shared error that only one cell is left to have adds to that cell's own.
void Chances::absorb() {
    for (SharedError& group : groups_) {
        if (group.end - group.begin > 1) continue;
        const double own = std::hypot(1, group.shared);
        limits_[group.begin] /= own;
        for (size_t s = 0; s < size_; ++s) slopes_[group.begin * size_ + s] /= own;
        group.shared = 0;
    }
}

// Of two standardised variables the variance of the difference is 2 (1 - correlation), summed up
// without a difference of large numbers.
double Chances::log_of_pair() const {
    const double *one = slopes_.data(), *two = one + size_;
    const double s1 = groups_.front().shared, s2 = groups_.back().shared;
    const double sd1 = std::sqrt(1 + dot(one, one, size_) + s1 * s1);
    const double sd2 = std::sqrt(1 + dot(two, two, size_) + s2 * s2);
    double apart = 1 / (sd1 * sd1) + 1 / (sd2 * sd2), sum = apart;
    for (size_t s = 0; s < size_; ++s) {
        const double a = one[s] / sd1, b = two[s] / sd2;
        apart += (a - b) * (a - b);
        sum += (a + b) * (a + b);
    }
    const double a = s1 / sd1, b = s2 / sd2, together = groups_.size() == 1 ? 1 : 0;
    apart += together > 0 ? (a - b) * (a - b) : a * a + b * b;
    sum += together > 0 ? (a + b) * (a + b) : a * a + b * b;
    return log_pair_below(limits_[0] / sd1, limits_[1] / sd2, 0.5 * apart, 0.5 * sum);
}

// Whether the cells are independent given one normal variable; then the integral over that.
bool Chances::log_alike(double& found) const {
    const size_t count = limits_.size();
    const bool together = groups_.size() == 1;
    if (size_ == 1 && !together) {
        for (const SharedError& group : groups_)
            if (group.end - group.begin > 1) return false;
        const double slope = slopes_[0];
        bool equal = true;
        for (const double other : slopes_) equal = equal && alike(slope, other);
        found = equal ? log_mean_alike(limits_.data(), count, slope)
                      : log_mean_unlike(limits_.data(), slopes_.data(), count);
        return true;
    }
    if (!together) return false;
    // Variances of differences tell each cell's own part, which the shared one may dwarf.
    const double *first = slopes_.data(), length = dot(first, first, size_);
    const double apart = square_apart(first, first + size_, size_);
    for (size_t i = 0; i < count; ++i) {
        const double* one = first + i * size_;
        if (!alike(dot(one, one, size_), length)) return false;
        for (size_t j = 0; j < i; ++j)
            if (!alike(square_apart(one, first + j * size_, size_), apart)) return false;
    }
    const double own = std::sqrt(1 + 0.5 * apart), shared = groups_.front().shared;
    const double common = std::max(length - 0.5 * apart, 0.0) + shared * shared;
    std::vector<double> limits(limits_);
    for (double& limit : limits) limit /= own;
    found = log_mean_alike(limits.data(), count, std::sqrt(common) / own);
    return true;
}

// Whether two signals are left in spectra in which the same others were read: those spectra's gains
// then differ by independent errors alone.
bool Chances::log_two_signals(double& found) const {
    if (groups_.size() != 2 || groups_[0].shared != groups_[1].shared || limits_.size() < 3)
        return false;
    const double shared = groups_[0].shared;
    std::vector<const double*> spectra;
    TwoSignals cells;
    for (size_t k = 0; k < 2; ++k)
        for (size_t c = groups_[k].begin; c < groups_[k].end; ++c) {
            const double* slope = slopes_.data() + c * size_;
            size_t r = 0;
            while (r < spectra.size() && square_apart(spectra[r], slope, size_) > 0) ++r;
            if (r == spectra.size()) {
                spectra.push_back(slope);
                for (auto& one : cells.limits) one.push_back(HUGE_VAL);
            }
            const double sd = std::sqrt(1 + dot(slope, slope, size_) + shared * shared);
            if (limits_[c] < deepest_two * sd) return false;
            cells.limits[k][r] = limits_[c];
        }
    if (spectra.size() < 2) return false;
    const double length = dot(spectra[0], spectra[0], size_);
    const double apart = square_apart(spectra[0], spectra[1], size_);
    for (const double* one : spectra) {
        if (!alike(dot(one, one, size_), length)) return false;
        for (const double* other : spectra)
            if (one != other && !alike(square_apart(one, other, size_), apart)) return false;
    }
    cells.own = shared * shared;
    cells.common = std::max(length - 0.5 * apart, 0.0);
    cells.spread = std::sqrt(0.5 * apart);
    // Beside a larger common part the grid would have to be turned.
    if (!(cells.own > least_own) || cells.common > most_common * cells.own) return false;
    found = log_two_below(cells, rules_);
    return std::isfinite(found);
}

// The same with signals and spectra exchanged: any number of signals, which share equal errors, are
// left in two spectra; the spectra's gains take the place of the two errors.
bool Chances::log_two_spectra(double& found) const {
    if (groups_.size() < 2 || limits_.size() < 3) return false;
    const double shared = groups_[0].shared;
    const double* spectra[2] = {slopes_.data(), nullptr};
    TwoSignals cells;
    for (auto& one : cells.limits) one.assign(groups_.size(), HUGE_VAL);
    for (size_t k = 0; k < groups_.size(); ++k) {
        if (groups_[k].shared != shared || groups_[k].end - groups_[k].begin > 2) return false;
        for (size_t c = groups_[k].begin; c < groups_[k].end; ++c) {
            const double* slope = slopes_.data() + c * size_;
            const bool other = square_apart(spectra[0], slope, size_) > 0;
            if (other && !spectra[1]) spectra[1] = slope;
            if (other && square_apart(spectra[1], slope, size_) > 0) return false;
            const double sd = std::sqrt(1 + dot(slope, slope, size_) + shared * shared);
            if (limits_[c] < deepest_two * sd) return false;
            cells.limits[other][k] = limits_[c];
        }
    }
    if (!spectra[1]) return false;
    const double length = dot(spectra[0], spectra[0], size_);
    const double apart = square_apart(spectra[0], spectra[1], size_);
    if (!alike(dot(spectra[1], spectra[1], size_), length)) return false;
    cells.own = 0.5 * apart;
    cells.common = std::max(length - 0.5 * apart, 0.0);
    cells.spread = shared;
    if (!(cells.own > least_own) || cells.common > most_common * cells.own) return false;
    found = log_two_below(cells, rules_);
    return std::isfinite(found);
}

}  // namespace assemblysim
