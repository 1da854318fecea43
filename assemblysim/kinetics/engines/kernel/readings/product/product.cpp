// A rule about the mode; what the cells of an error say is closed at each node, or an integral over
// that error. Nodes go through the loops of the fastest instruction set together.
#include "readings/product/product.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "readings/instructions.hpp"
#include "readings/matrices.hpp"
#include "readings/mills.hpp"
#include "readings/product/table.hpp"

namespace assemblysim {
namespace {

constexpr double no_direction = 1e-12;
constexpr int most_steps = 25;
constexpr double most_points = 65536;  // of a product rule
constexpr double near_mode = 0.02;
// Of the excess curvature at the mode that narrows a rule: the tails are as wide as the normal's.
constexpr double narrowing = 0.75;
constexpr double widest_pair = 2;  // a shared error up to which two cells have a closed rule
// Shared errors whose integral has tables of chances; and how far below limits rules serve that
// have as many points there as elsewhere.
constexpr double narrowest_table = 0.02, widest_table = 5, deepest = -10;
constexpr double below = 6.8, above = 6.5;       // of the mode of a shared error
constexpr double impossible = -37, certain = 9;  // in a cell's deviations
constexpr double four_pi = 12.566370614359172;

// As `panel_at` and `panel_weight` for a weak correlation.
constexpr size_t few_half = 3;
constexpr double weakest = 0.34;
constexpr std::array<double, few_half> few_at{0.23861918608319691, 0.66120938646626451,
                                              0.93246951420315203};
constexpr std::array<double, few_half> few_weight{0.46791393457269104, 0.36076157304813861,
                                                  0.17132449237917035};

double dot(const double* a, const double* b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

PairRule pair_rule(double correlation) {
    PairRule rule{};
    rule.correlation = correlation;
    const double angle = std::asin(correlation);
    const bool weak = correlation < weakest;
    const double* at = weak ? few_at.data() : panel_at.data();
    const double* weight = weak ? few_weight.data() : panel_weight.data();
    rule.points = weak ? 2 * few_half : pair_points;
    for (size_t k = 0; k < rule.points; ++k) {
        const double y = k % 2 ? at[k / 2] : -at[k / 2];
        const double sine = std::sin(0.5 * angle * (1 + y));
        rule.sine[k] = sine;
        rule.inverse[k] = 0.5 / ((1 - sine) * (1 + sine));
        rule.part[k] = weight[k / 2] * angle / four_pi;
    }
    return rule;
}

// Where the mode of an error that cells share lies, by Newton's steps from above.
double mode_of_shared(const std::vector<double>& limits, double shared) {
    double u = 0;
    for (int k = 0; k < most_steps; ++k) {
        double gradient = -u, bend = 1;
        for (const double limit : limits) {
            Chance one;
            const double at = limit - shared * u, hazard = one.times_below_with_hazard(at);
            gradient -= shared * hazard;
            bend += shared * shared * curvature(hazard, at);
        }
        u += gradient / bend;
        if (std::abs(gradient) < near_mode * std::sqrt(bend)) break;
    }
    return u;
}

}  // namespace

double ProductRule::log_below(const std::vector<double>& limits, const std::vector<double>& slopes,
                              size_t gains, const std::vector<SharedError>& errors) {
    limits_ = limits;
    slopes_ = slopes;
    size_ = gains;
    errors_ = &errors;
    reduce();
    turn();
    find_mode();
    set_nodes();
    for (const SharedError& error : errors) {
        const size_t count = error.end - error.begin;
        if (count == 1)
            multiply_single(error.begin);
        else if (count == 2 && error.shared < widest_pair && lowest_at_mode(error) > deepest)
            multiply_pair(error);
        else if (narrowest_table < error.shared && error.shared < widest_table &&
                 lowest_at_mode(error) > deepest)
            multiply_by_table(error);
        else
            multiply_several(error);
    }
    const double top = *std::max_element(exponents_.begin(), exponents_.begin() + nodes_);
    for (double& exponent : exponents_) exponent -= top;
    fastest_instructions().exponentials(exponents_.data(), exponents_.size());
    double sum = 0;
    for (size_t q = 0; q < nodes_; ++q) sum += exponents_[q] * factors_[q];
    double log_sum = std::log(sum) + top;
    for (size_t i = 0; i < size_; ++i) log_sum -= std::log(factor_[i * size_ + i]);
    return log_sum;
}

// Turns the slopes into as few coordinates as they span.
void ProductRule::reduce() {
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

// Turns the coordinates to the axes of what the cells could say of them at most, were they read:
// how far that exceeds the normal density's own curvature decides how many points an axis needs.
void ProductRule::turn() {
    const size_t size = size_, count = limits_.size();
    std::vector<double> said(size * size, 0), axes(size * size, 0), mean(size);
    for (const SharedError& error : *errors_) {
        const auto number = static_cast<double>(error.end - error.begin);
        std::fill(mean.begin(), mean.end(), 0);
        for (size_t c = error.begin; c < error.end; ++c)
            for (size_t i = 0; i < size; ++i) mean[i] += slopes_[c * size + i] / number;
        const double part = number / (1 + number * error.shared * error.shared);
        for (size_t i = 0; i < size; ++i)
            for (size_t j = 0; j < size; ++j) {
                said[i * size + j] += part * mean[i] * mean[j];
                for (size_t c = error.begin; c < error.end; ++c)
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

// The log integrand over shared errors, which come first, and coordinates.
double ProductRule::height(const std::vector<double>& z, std::vector<double>& gradient,
                           std::vector<double>& bend) const {
    const size_t errors = errors_->size(), count = errors + size_;
    double sum = -0.5 * dot(z.data(), z.data(), count);
    for (size_t i = 0; i < count; ++i) {
        gradient[i] = -z[i];
        for (size_t j = 0; j < count; ++j) bend[i * count + j] = i == j ? 1 : 0;
    }
    std::vector<double> by(count);
    for (size_t e = 0; e < errors; ++e) {
        const SharedError& error = (*errors_)[e];
        for (size_t c = error.begin; c < error.end; ++c) {
            std::fill(by.begin(), by.end(), 0);
            by[e] = -error.shared;
            std::copy_n(slopes_.begin() + static_cast<std::ptrdiff_t>(c * size_), size_,
                        by.begin() + static_cast<std::ptrdiff_t>(errors));
            const double at = limits_[c] + dot(by.data(), z.data(), count);
            Chance one;
            const double hazard = one.times_below_with_hazard(at);
            sum += one.log();
            const double bent = curvature(hazard, at);
            for (size_t i = 0; i < count; ++i) {
                gradient[i] += hazard * by[i];
                for (size_t j = 0; j < count; ++j) bend[i * count + j] += bent * by[i] * by[j];
            }
        }
    }
    return sum;
}

// What is left of the factor behind the shared errors is that of the curvature without them.
void ProductRule::find_mode() {
    const size_t errors = errors_->size(), count = errors + size_;
    std::vector<double> z(count, 0), x(count), gradient(count), there(count);
    std::vector<double> bend(count * count), next(count * count), factor;
    double top = height(z, gradient, bend);
    for (int step = 0; step < most_steps; ++step) {
        factor = bend;
        std::vector<double> move(gradient);
        factorise(factor, count);
        solve_lower(factor, move);
        const double decrement = dot(move.data(), move.data(), count);
        solve_upper(factor, move);
        if (decrement < near_mode * near_mode) break;
        double length = 1, reached = 0;
        do {
            for (size_t i = 0; i < count; ++i) x[i] = z[i] + length * move[i];
            reached = height(x, there, next);
            length *= 0.5;
        } while (reached < top && length > 1e-3);
        z = x;
        top = reached;
        gradient.swap(there);
        bend.swap(next);
    }
    mode_.assign(z.begin() + static_cast<std::ptrdiff_t>(errors), z.end());
    factor = bend;
    factorise(factor, count);
    factor_.assign(size_ * size_, 0);
    for (size_t i = 0; i < size_; ++i)
        for (size_t j = 0; j <= i; ++j) {
            const double* one = &factor[(errors + i) * count + errors];
            const double* two = &factor[(errors + j) * count + errors];
            factor_[i * size_ + j] =
                narrowing * dot(one, two, j + 1) + (i == j ? 1 - narrowing : 0);
        }
    factorise(factor_, size_);
}

// Nodes are x = mode + turned y, y standard normal.
void ProductRule::set_nodes() {
    const size_t size = size_;
    std::vector<size_t> first(size), count(size), place(size, 0);
    std::vector<double> turned(size * size), column(size), y(size);
    double points = 1;
    for (size_t i = 0; i < size; ++i) {
        size_t rule = 0;
        while (rule + 1 < rules_.rules && excess_[i] > rules_.excess[rule])
            first[i] += static_cast<size_t>(rules_.count[rule++]);
        count[i] = static_cast<size_t>(rules_.count[rule]);
        points *= static_cast<double>(count[i]);
        std::fill(column.begin(), column.end(), 0);
        column[i] = 1;
        solve_upper(factor_, column);
        for (size_t j = 0; j < size; ++j) turned[j * size + i] = column[j];
    }
    const bool spread = points > most_points && rules_.axes >= size;
    nodes_ = spread ? rules_.spread : static_cast<size_t>(points);
    const size_t length = (nodes_ + lanes_at_most - 1) / lanes_at_most * lanes_at_most;
    const double each = -std::log(static_cast<double>(nodes_));
    exponents_.assign(length, 0);
    factors_.assign(length, 1);
    at_.assign(size * length, 0);
    for (size_t q = 0; q < nodes_; ++q) {
        double term = spread ? each : 0;
        for (size_t i = 0; i < size; ++i) {
            const size_t point = first[i] + place[i];
            y[i] = spread ? rules_.lattice[q * rules_.axes + i] : rules_.points[point];
            term += 0.5 * y[i] * y[i] + (spread ? 0 : rules_.log_weights[point]);
        }
        for (size_t i = 0; i < size; ++i) {
            const double x = mode_[i] + dot(&turned[i * size], y.data(), size);
            at_[i * length + q] = x;
            term -= 0.5 * x * x;
        }
        exponents_[q] = term;
        for (size_t i = 0; i < size && ++place[i] == count[i]; ++i) place[i] = 0;
    }
}

double ProductRule::at_mode(size_t cell) const {
    return limits_[cell] + dot(slopes_.data() + cell * size_, mode_.data(), size_);
}

double ProductRule::lowest_at_mode(const SharedError& error) const {
    double lowest = at_mode(error.begin);
    for (size_t c = error.begin + 1; c < error.end; ++c) lowest = std::min(lowest, at_mode(c));
    return lowest;
}

// A cell's limit at all nodes.
void ProductRule::lower(size_t cell, std::vector<double>& to) const {
    const size_t length = factors_.size();
    to.assign(length, limits_[cell]);
    for (size_t i = 0; i < size_; ++i) {
        const double slope = slopes_[cell * size_ + i];
        for (size_t q = 0; q < length; ++q) to[q] += slope * at_[i * length + q];
    }
}

void ProductRule::multiply_single(size_t cell) {
    lower(cell, lowered_[0]);
    fastest_instructions().singles(lowered_[0].data(), factors_.size(), factors_.data(),
                                   exponents_.data());
}

// A bivariate normal chance at each node.
void ProductRule::multiply_pair(const SharedError& error) {
    const double own = std::hypot(1, error.shared), part = error.shared / own;
    for (size_t i = 0; i < 2; ++i) {
        lower(error.begin + i, lowered_[i]);
        for (double& limit : lowered_[i]) limit /= own;
    }
    fastest_instructions().pairs(lowered_[0].data(), lowered_[1].data(), factors_.size(),
                                 pair_rule(part * part), factors_.data(), exponents_.data());
}

// The integral over the shared error at each node, at the same equal steps for all.
void ProductRule::multiply_by_table(const SharedError& error) {
    const size_t count = error.end - error.begin, length = factors_.size();
    const double shared = error.shared;
    std::vector<double> here(count), all(count * length);
    for (size_t c = 0; c < count; ++c) here[c] = at_mode(error.begin + c);
    const double mode = mode_of_shared(here, shared);
    const double step = 1 / std::sqrt(1 + static_cast<double>(count) * shared * shared);
    const double from = mode - below, to = std::max(mode + above, above);
    const auto steps = static_cast<size_t>((to - from) / step) + 1;
    const size_t points = (steps + lanes_at_most - 1) / lanes_at_most * lanes_at_most;
    std::vector<double> weights(points);
    for (size_t k = 0; k < points; ++k) {
        const double u = from + static_cast<double>(k) * step;
        weights[k] = step * density_at_middle * std::exp(-0.5 * u * u);
    }
    // Beyond these all chances are 1, or some are none.
    const double least = impossible, most = certain + shared * (to - from + lanes_at_most * step);
    double low = most, high = least;
    for (size_t c = 0; c < count; ++c) {
        lower(error.begin + c, lowered_[0]);
        for (size_t q = 0; q < length; ++q) {
            const double x = std::clamp(lowered_[0][q] - shared * from, least, most);
            all[q * count + c] = x;
            low = std::min(low, x);
            high = std::max(high, x);
        }
        here[c] = std::clamp(here[c] - shared * from, least, most);
        low = std::min(low, here[c]);
        high = std::max(high, here[c]);
    }
    const ChanceTable table(low, high, shared * step, points);
    std::vector<Series> cells(count);
    const auto chance = [&](const double* places) {
        for (size_t c = 0; c < count; ++c) cells[c] = table.from(places[c]);
        return fastest_instructions().series_sum(cells.data(), count, weights.data(), points);
    };
    const double at_the_mode = chance(here.data());
    const double log_mode = std::log(at_the_mode);
    for (size_t q = 0; q < nodes_; ++q) {
        factors_[q] *= chance(&all[q * count]) / at_the_mode;
        exponents_[q] += log_mode;
    }
}

void ProductRule::multiply_several(const SharedError& error) {
    const size_t count = error.end - error.begin, length = factors_.size();
    std::vector<double> here(count), all(count * length);
    for (size_t c = 0; c < count; ++c) {
        here[c] = at_mode(error.begin + c);
        lower(error.begin + c, lowered_[0]);
        for (size_t q = 0; q < length; ++q) all[q * count + c] = lowered_[0][q];
    }
    Alike rule;
    rule.lay(here.data(), count, error.shared, false);
    for (size_t q = 0; q < nodes_; ++q) exponents_[q] += rule.log_mean(&all[q * count]);
}

}  // namespace assemblysim
