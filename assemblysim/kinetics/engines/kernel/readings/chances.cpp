// Cells that stay below their limits almost surely are left out. One that is left is closed, two
// are a bivariate normal chance, several that share one error an integral over that; what remains
// is a product rule over the gains, about the mode, in which each shared error is integrated out.
#include "readings/chances.hpp"

#include <algorithm>
#include <cmath>

#include "readings/matrices.hpp"
#include "readings/mills.hpp"
#include "readings/two_signals.hpp"

namespace assemblysim {
namespace {

constexpr double same = 1e-9;  // of two variances, relative to the larger
constexpr double no_direction = 1e-12;
constexpr double difference = 0.1;  // step of numerical derivatives
constexpr int most_steps = 25;
constexpr double widest = 1e7;
constexpr double least_own = 1e-12, most_common = 2;  // variances that a grid can be laid over
constexpr double most_points = 65536;                 // of a product rule
constexpr double near_mode = 0.02;
// Of the excess curvature at the mode that narrows a rule: the tails are as wide as the normal's.
constexpr double narrowing = 0.75;

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
    if (cells.size() == 1) return cap;
    size_t last_error = 0;
    for (size_t c = 0; c < cells.size(); ++c) {
        const double* slope = slopes.data() + c * gains;
        const double shared = cells[c].shared;
        if (assemblysim::log_below(-margins_[c]) < std::log(negligible_) + together) continue;
        if (groups_.empty() || cells[c].error != last_error)
            groups_.push_back({limits_.size(), limits_.size(), std::min(shared, widest), {}});
        last_error = cells[c].error;
        ++groups_.back().end;
        keep(cells[c], slope);
    }
    if (limits_.size() < 2) return cap;
    double found = 0;
    if (limits_.size() == 2) {
        found = log_of_pair();
    } else {
        if (!log_two_signals(found)) {
            absorb();
            if (!log_alike(found)) found = log_by_rule();
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
    for (Group& group : groups_) {
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
        for (const Group& group : groups_)
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
    return true;
}

// Turns the slopes into as few coordinates as they span.
void Chances::reduce() {
    const size_t count = limits_.size();
    std::vector<double> basis, turned;
    size_t found = 0;
    for (size_t c = 0; c < count; ++c) {
        std::vector<double> rest(slopes_.data() + c * size_, slopes_.data() + c * size_ + size_);
        const double length = std::sqrt(dot(rest.data(), rest.data(), size_));
        for (int twice = 0; twice < 2; ++twice)
            for (size_t k = 0; k < found; ++k) {
                const double along = dot(rest.data(), basis.data() + k * size_, size_);
                for (size_t s = 0; s < size_; ++s) rest[s] -= along * basis[k * size_ + s];
            }
        const double left = std::sqrt(dot(rest.data(), rest.data(), size_));
        if (!(left > no_direction * length)) continue;
        for (double& entry : rest) entry /= left;
        basis.insert(basis.end(), rest.begin(), rest.end());
        ++found;
    }
    for (size_t c = 0; c < count; ++c)
        for (size_t k = 0; k < found; ++k)
            turned.push_back(dot(slopes_.data() + c * size_, basis.data() + k * size_, size_));
    slopes_.swap(turned);
    size_ = found;
}

// Lays out the integrals over shared errors for limits near those at x.
void Chances::lay(const std::vector<double>& x) {
    lower(x);
    for (Group& group : groups_)
        if (group.end - group.begin > 1)
            group.rule.lay(&lowered_[group.begin], group.end - group.begin, group.shared, false);
}

void Chances::lower(const std::vector<double>& x) {
    lowered_.resize(limits_.size());
    for (size_t c = 0; c < limits_.size(); ++c)
        lowered_[c] = limits_[c] + dot(slopes_.data() + c * size_, x.data(), size_);
}

double Chances::height(const std::vector<double>& x) {
    lower(x);
    Chance singles;
    double sum = -0.5 * dot(x.data(), x.data(), size_);
    for (const Group& group : groups_)
        if (group.end - group.begin == 1)
            singles.times_below(lowered_[group.begin]);
        else
            sum += group.rule.log_mean(&lowered_[group.begin]);
    return sum + singles.log();
}

// Turns the coordinates to the axes of what the cells could say of them at most, were they read:
// how far that exceeds the normal density's own curvature decides how many points an axis needs.
void Chances::turn() {
    const size_t size = size_, count = limits_.size();
    std::vector<double> said(size * size, 0), axes(size * size, 0), mean(size);
    for (const Group& group : groups_) {
        const auto number = static_cast<double>(group.end - group.begin);
        std::fill(mean.begin(), mean.end(), 0);
        for (size_t c = group.begin; c < group.end; ++c)
            for (size_t i = 0; i < size; ++i) mean[i] += slopes_[c * size + i] / number;
        const double part = number / (1 + number * group.shared * group.shared);
        for (size_t i = 0; i < size; ++i)
            for (size_t j = 0; j < size; ++j) {
                said[i * size + j] += part * mean[i] * mean[j];
                for (size_t c = group.begin; c < group.end; ++c)
                    said[i * size + j] +=
                        (slopes_[c * size + i] - mean[i]) * (slopes_[c * size + j] - mean[j]);
            }
    }
    diagonalise(said, axes, size);
    excess_.resize(size);
    for (size_t i = 0; i < size; ++i) excess_[i] = said[i * size + i];
    std::vector<double> turned(count * size, 0);
    for (size_t c = 0; c < count; ++c)
        for (size_t i = 0; i < size; ++i)
            for (size_t j = 0; j < size; ++j)
                turned[c * size + j] += slopes_[c * size + i] * axes[i * size + j];
    slopes_.swap(turned);
}

// Newton's method with differences of the height, which is concave, and at least as bent as the
// normal density.
void Chances::find_mode(std::vector<double>& mode, std::vector<double>& bend) {
    const size_t size = size_;
    std::vector<double> x(size), gradient(size);
    mode.assign(size, 0);
    bend.assign(size * size, 0);
    lay(mode);
    double top = height(mode);
    double apart = difference;
    const auto at = [&](size_t i, double by, size_t j, double and_by) {
        x = mode;
        x[i] += by * apart;
        x[j] += and_by * apart;
        return height(x);
    };
    for (int step = 0; step < most_steps; ++step) {
        // Far out the height is large, and as good as a parabola.
        apart = std::max(difference, 1e-5 * std::sqrt(std::abs(top)));
        const double square = apart * apart;
        for (size_t i = 0; i < size; ++i) {
            const double up = at(i, 1, i, 0), down = at(i, -1, i, 0);
            gradient[i] = (up - down) / (2 * apart);
            bend[i * size + i] = std::max((2 * top - up - down) / square, 1.0);
            for (size_t j = 0; j < i; ++j)
                bend[i * size + j] =
                    (at(i, 1, j, -1) + at(i, -1, j, 1) - at(i, 1, j, 1) - at(i, -1, j, -1)) /
                    (4 * square);
        }
        std::vector<double> factor(bend), move(gradient);
        factorise(factor, size);
        solve_lower(factor, move);
        const double decrement = dot(move.data(), move.data(), size);
        solve_upper(factor, move);
        if (decrement < near_mode * near_mode) break;
        double length = 1, reached = 0;
        do {
            for (size_t i = 0; i < size; ++i) x[i] = mode[i] + length * move[i];
            lay(x);
            reached = height(x);
            length *= 0.5;
        } while (reached < top && length > 1e-3);
        mode = x;
        top = reached;
    }
}

double Chances::log_by_rule() {
    reduce();
    if (size_ == 0) {
        lay({});
        return height({});
    }
    turn();
    const size_t size = size_;
    std::vector<double> mode, factor, y(size), x(size);
    find_mode(mode, factor);
    for (size_t i = 0; i < size; ++i)
        for (size_t j = 0; j <= i; ++j)
            factor[i * size + j] = narrowing * factor[i * size + j] + (i == j ? 1 - narrowing : 0);
    factorise(factor, size);
    std::vector<size_t> first(size), count(size), place(size, 0);
    for (size_t i = 0; i < size; ++i) {
        size_t rule = 0;
        while (rule + 1 < rules_.rules && excess_[i] > rules_.excess[rule])
            first[i] += static_cast<size_t>(rules_.count[rule++]);
        count[i] = static_cast<size_t>(rules_.count[rule]);
    }
    Sum sum;
    const auto add = [&](double log_weight) {
        x = y;
        solve_upper(factor, x);
        for (size_t i = 0; i < size; ++i) x[i] += mode[i];
        sum.add(height(x) + 0.5 * dot(y.data(), y.data(), size) + log_weight);
    };
    double points = 1;
    for (const size_t one : count) points *= static_cast<double>(one);
    if (points > most_points && rules_.axes >= size) {
        for (size_t q = 0; q < rules_.spread; ++q) {
            y.assign(rules_.lattice + q * rules_.axes, rules_.lattice + q * rules_.axes + size);
            add(-std::log(static_cast<double>(rules_.spread)));
        }
    } else {
        for (size_t axis = 0; axis < size;) {
            double weight = 0;
            for (size_t i = 0; i < size; ++i) {
                y[i] = rules_.points[first[i] + place[i]];
                weight += rules_.log_weights[first[i] + place[i]];
            }
            add(weight);
            for (axis = 0; axis < size && ++place[axis] == count[axis]; ++axis) place[axis] = 0;
        }
    }
    double log_sum = sum.log();
    for (size_t i = 0; i < size; ++i) log_sum -= std::log(factor[i * size + i]);
    return log_sum;
}

}  // namespace assemblysim
