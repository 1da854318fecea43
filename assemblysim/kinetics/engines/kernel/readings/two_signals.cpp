// A product grid over the two errors, for which a spectrum's error is summed over as a product of
// tables. Errors of less than a cell's own have the nodes of Gauss and Hermite about the mode.
// Others have equal steps, which the spectrum's error has too: a table of chances then needs no
// more places than both together. Where the errors are wide the grid ends where all cells are
// surely below, and what lies beyond is added at its edge.
#include "readings/two_signals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "readings/alike.hpp"
#include "readings/instructions.hpp"
#include "readings/mills.hpp"

namespace assemblysim {
namespace {

constexpr double root_two_pi = 2.5066282746310002;
constexpr double far = 1e3;  // a limit that is surely kept
constexpr int newton_steps = 8;
constexpr double longest_last_step = 0.1;  // squared, in widths of the density
constexpr double most_points = 1000;       // of one error
constexpr double missed = -7;
constexpr double widest_rule = 0.45;  // excess of curvature up to which nodes are Gauss-Hermite's
constexpr double reach = 6.2, reach_up = 4,
                 depth = 18;    // of a normal density, in deviations and in nats
constexpr double surely = 6.6;  // in a cell's deviations
constexpr double error_reach = 5.6, widest_error_step = 0.92, fine_error_step = 0.7;
constexpr double narrow_step = 0.85;  // of a density's deviation, given the other error
constexpr double step = 0.57;         // of a cell's deviation, where three spectra have one
constexpr double smooth = 0.22;       // steps of a wide density, in its deviations
constexpr size_t most_strides = 12;
// Weights of the first of equal steps, exact for polynomials of degree 7.
constexpr std::array<double, 8> end_weights{
    0.29486800044091711, 1.5258793540564374, 0.25697668650793651, 1.7989073522927690,
    0.41191440696649030, 1.2789608134920635, 0.92313684964726631, 1.0093565365961199};

size_t padded(size_t count) { return (count + 3) / 4 * 4; }

struct Axis {
    double from = 0, step = 0;
    std::vector<double> at, weight;  // weights of an integral over this error
};

class TwoErrors {
public:
    TwoErrors(const TwoSignals& cells, const NormalRules& rules)
        : cells_(cells),
          rules_(rules),
          lanes_(fastest_instructions()),
          spectra_(cells.limits[0].size()),
          sd_(std::sqrt(cells.own + cells.common)),
          cell_(std::hypot(1, cells.spread)) {
        const double det = cells.own * (cells.own + 2 * cells.common);
        same_ = (cells.own + cells.common) / det;
        cross_ = -cells.common / det;
        correlation_ = cells.common / (cells.own + cells.common);
        log_peak_ = -std::log(root_two_pi * root_two_pi * std::sqrt(det));
        narrow_ = static_cast<double>(spectra_) * sd_ * sd_ < widest_rule * cell_ * cell_;
        if (!narrow_) share_step();
    }

    double log_below() {
        if (!find_mode()) return std::numeric_limits<double>::quiet_NaN();
        for (size_t i = 0; i < 2; ++i) {
            if (narrow_)
                lay_rule(i);
            else if (!lay_steps(i))
                return std::numeric_limits<double>::quiet_NaN();
        }
        set_density();
        if (edge_[0] || edge_[1]) add_beyond();
        for (size_t r = 0; r < spectra_; ++r) multiply(r);
        double total = 0;
        for (const double term : sums_) total += term;
        return std::log(total) - lifted_;
    }

private:
    const TwoSignals& cells_;
    const NormalRules& rules_;
    const Instructions& lanes_;
    size_t spectra_;
    double sd_, cell_, same_, cross_, correlation_, log_peak_;
    double mode_[2] = {0, 0}, bend_[2] = {1, 1};
    double lowest_error_ = 0, lifted_ = 0;  // what the sum is too large by, as a logarithm
    std::vector<double> hazards_;  // of cells at the mode: of the first signal, then of the second
    Axis axes_[2];
    bool edge_[2] = {false, false};
    std::vector<double> sums_, first_, chances_, places_at_;
    bool narrow_ = false, ends_ = false;
    double width_ = 0, error_step_ = fine_error_step;
    size_t strides_ = 0, points_ = 0;  // of a spectrum's error in one step; 0 where not shared
    std::vector<const double*> places_;

    double limit(size_t i, size_t r) const {
        return std::min(cells_.limits[i][r], far * cell_ * (1 + sd_));
    }
    bool find_mode();
    double lowest(size_t i) const;
    double top(size_t i) const;
    void lay_rule(size_t i);
    bool lay_steps(size_t i);
    void set_density();
    void add_beyond();
    double corner();
    std::vector<double> tail(size_t i) const;
    void multiply(size_t r);
    size_t fill(size_t i, size_t r, double from);
    const double* place(size_t q, size_t length) const;
    void share_step();
};

// Newton's steps from 0, which come from one side: a cell's hazard is convex. Says whether the last
// one was short beside the width of the density there.
bool TwoErrors::find_mode() {
    double last = 0;
    const size_t count = padded(2 * spectra_);
    std::vector<double> at(count, far);
    hazards_.resize(count);
    for (int k = 0; k < newton_steps; ++k) {
        for (size_t i = 0; i < 2; ++i)
            for (size_t r = 0; r < spectra_; ++r)
                at[i * spectra_ + r] = (limit(i, r) - mode_[i]) / cell_;
        lanes_.hazards(at.data(), count, hazards_.data());
        double gradient[2];
        for (size_t i = 0; i < 2; ++i) {
            gradient[i] = -same_ * mode_[i] - cross_ * mode_[1 - i];
            bend_[i] = same_;
            for (size_t c = i * spectra_; c < (i + 1) * spectra_; ++c) {
                gradient[i] -= hazards_[c] / cell_;
                bend_[i] += curvature(hazards_[c], at[c]) / (cell_ * cell_);
            }
        }
        const double det = bend_[0] * bend_[1] - cross_ * cross_;
        const double steps[2] = {(bend_[1] * gradient[0] - cross_ * gradient[1]) / det,
                                 (bend_[0] * gradient[1] - cross_ * gradient[0]) / det};
        last = 0;
        for (size_t i = 0; i < 2; ++i) {
            mode_[i] += steps[i];
            last += steps[i] * steps[i] * bend_[i];
        }
    }
    // What the cells pull their spectrum's error to.
    for (size_t r = 0; r < spectra_; ++r)
        lowest_error_ = std::min(lowest_error_,
                                 -(hazards_[r] + hazards_[spectra_ + r]) * cells_.spread / cell_);
    return last < longest_last_step;
}

double TwoErrors::lowest(size_t i) const {
    double found = limit(i, 0);
    for (size_t r = 1; r < spectra_; ++r) found = std::min(found, limit(i, r));
    return found;
}

// Where the density and the chances of all cells have fallen by `depth` from the mode, or more:
// Newton's steps from outside, of parabolas.
double TwoErrors::top(size_t i) const {
    const auto fallen = [&](double w, double& slope) {
        double sum = w * w / (2 * sd_ * sd_);
        slope = w / (sd_ * sd_);
        for (size_t r = 0; r < spectra_; ++r) {
            const double above = std::max(w - limit(i, r), 0.0) / cell_;
            sum += 0.5 * above * above;
            slope += above / cell_;
        }
        return sum;
    };
    const double mode = mode_[i], past = std::max(mode - lowest(i), 0.0) / cell_;
    const double pull = 2 * cell_ * std::max(-mode, 0.0) / (sd_ * sd_);
    double slope = 0, w = lowest(i) + cell_ * (std::sqrt(2 * depth) + past + pull);
    w = std::min(w, std::sqrt(mode * mode + 2 * depth * sd_ * sd_));
    const double most = fallen(mode, slope) + depth;
    for (int k = 0; k < newton_steps; ++k) {
        const double over = fallen(w, slope) - most;
        if (!(over > 0)) break;
        w -= over / slope;
    }
    return std::max(w, mode);
}

void TwoErrors::lay_rule(size_t i) {
    // What a rule of n nodes misses falls as the correlation to the power of 2 n.
    const double excess = 2 * static_cast<double>(spectra_) * sd_ * sd_ / (cell_ * cell_);
    const double fewest = missed / std::log(std::max(correlation_, 1e-3));
    size_t rule = 0, first = 0;
    while (rule + 1 < rules_.rules && (excess > rules_.excess[rule] || fewest > rules_.count[rule]))
        first += static_cast<size_t>(rules_.count[rule++]);
    const auto count = static_cast<size_t>(rules_.count[rule]);
    Axis& axis = axes_[i];
    axis.at.assign(padded(count), mode_[i]);
    axis.weight.assign(padded(count), 0);
    for (size_t k = 0; k < count; ++k) {
        const double y = rules_.points[first + k];
        axis.at[k] += sd_ * y;
        axis.weight[k] = sd_ * root_two_pi * std::exp(rules_.log_weights[first + k] + 0.5 * y * y);
    }
}

bool TwoErrors::lay_steps(size_t i) {
    const double width = width_;
    Axis& axis = axes_[i];
    const double narrowest = mode_[i] - reach * sd_, edge = lowest(i) - surely * cell_;
    edge_[i] = ends_ && edge > narrowest;
    axis.from = edge_[i] ? edge : narrowest;
    axis.step = width;
    const double upper = std::max(top(i), axis.from + 12 * width);
    if (!((upper - axis.from) / width < most_points)) return false;
    const size_t count = padded(static_cast<size_t>(std::ceil((upper - axis.from) / width)) + 1);
    axis.at.resize(count);
    axis.weight.assign(count, width);
    for (size_t k = 0; k < count; ++k) axis.at[k] = axis.from + static_cast<double>(k) * width;
    for (size_t k = 0; edge_[i] && k < end_weights.size(); ++k) axis.weight[k] *= end_weights[k];
    return true;
}

void TwoErrors::set_density() {
    const Axis &one = axes_[0], &two = axes_[1];
    lifted_ = 0.5 * (same_ * (mode_[0] * mode_[0] + mode_[1] * mode_[1]) +
                     2 * cross_ * mode_[0] * mode_[1]);
    const size_t rows = one.at.size(), columns = two.at.size();
    sums_.resize(rows * columns);
    for (size_t i = 0; i < rows; ++i) {
        const double x = one.at[i], by = -cross_ * x;
        const double constant = lifted_ + log_peak_ - 0.5 * same_ * x * x;
        double* row = &sums_[i * columns];
        for (size_t j = 0; j < columns; ++j) {
            const double y = two.at[j];
            row[j] = constant + (by - 0.5 * same_ * y) * y;
        }
    }
    lanes_.exponentials(sums_.data(), sums_.size());
    for (size_t i = 0; i < rows; ++i)
        for (size_t j = 0; j < columns; ++j)
            sums_[i * columns + j] *= one.weight[i] * two.weight[j];
}

// The density of the other error at its points, times the chance that this one is beyond its edge.
std::vector<double> TwoErrors::tail(size_t i) const {
    const Axis& other = axes_[1 - i];
    const double rest = sd_ * std::sqrt((1 - correlation_) * (1 + correlation_));
    std::vector<double> at(other.at), found(at.size());
    for (double& w : at) w *= correlation_ / rest;
    lanes_.chances(axes_[i].from / rest, at.data(), at.size(), 0, found.data());
    for (size_t k = 0; k < found.size(); ++k) {
        const double w = other.at[k] / sd_;
        found[k] *= other.weight[k] * std::exp(lifted_ - 0.5 * w * w) / (root_two_pi * sd_);
    }
    return found;
}

// Beyond the edge nothing but the density changes.
void TwoErrors::add_beyond() {
    const size_t columns = axes_[1].at.size();
    const std::vector<double> left = edge_[0] ? tail(0) : std::vector<double>();
    const std::vector<double> right = edge_[1] ? tail(1) : std::vector<double>();
    for (size_t j = 0; j < left.size(); ++j) sums_[j] += left[j];
    for (size_t i = 0; i < right.size(); ++i) sums_[i * columns] += right[i];
    if (edge_[0] && edge_[1]) sums_[0] += corner();
}

// The chance that both errors are beyond their edges, by panels over the second.
double TwoErrors::corner() {
    // The first pulls the second to a part of its own edge.
    const double pulled = correlation_ * std::min(axes_[0].from / sd_, 0.0);
    const double high = std::min(axes_[1].from / sd_, pulled + reach);
    const double low = std::min(high, pulled) - reach;
    const double rest = std::sqrt((1 - correlation_) * (1 + correlation_));
    const size_t panels = 3, nodes = 2 * panel_half;
    std::vector<double> at(panels * nodes), weight(at.size()), found(at.size());
    const double half = 0.5 * (high - low) / static_cast<double>(panels);
    for (size_t p = 0; p < panels; ++p)
        for (size_t q = 0; q < nodes; ++q) {
            const double y = q % 2 ? panel_at[q / 2] : -panel_at[q / 2];
            const double x = low + half * (static_cast<double>(2 * p + 1) + y);
            at[p * nodes + q] = x * correlation_ / rest;
            weight[p * nodes + q] =
                half * panel_weight[q / 2] * std::exp(lifted_ - 0.5 * x * x) / root_two_pi;
        }
    lanes_.chances(axes_[0].from / (sd_ * rest), at.data(), at.size(), 0, found.data());
    double sum = 0;
    for (size_t k = 0; k < at.size(); ++k) sum += weight[k] * found[k];
    return sum;
}

// The steps of both errors are a multiple of those of a spectrum's error, where that is not far
// narrower.
void TwoErrors::share_step() {
    width_ = std::min(step * cell_ * std::sqrt(3 / static_cast<double>(spectra_)),
                      narrow_step / std::sqrt(same_));
    // A grid that ends at an edge needs steps over which the density there is smooth.
    const double edge = std::min(lowest(0), lowest(1)) - surely * cell_;
    const double smooth_width = std::min(width_, smooth * sd_ / (1 + std::max(-edge, 0.0) / sd_));
    const double beyond = (surely + reach_up) * cell_ / smooth_width;
    ends_ = beyond < (reach * sd_ + reach_up * cell_) / width_;
    if (ends_) width_ = std::min(smooth_width, 0.9 * width_);
    error_step_ = widest_error_step;
    const double fine = error_step_ * cells_.spread;
    if (fine >= width_) {
        error_step_ = width_ / cells_.spread;
        strides_ = 1;
    } else if (fine * most_strides > width_) {
        strides_ = static_cast<size_t>(width_ / fine);
        width_ = fine * static_cast<double>(strides_);
    }
}

// Chances of a spectrum's cell for all places of both errors; returns how many there are of each
// stride, or of each place of the spectrum's error.
size_t TwoErrors::fill(size_t i, size_t r, double from) {
    const Axis& axis = axes_[i];
    const double below = std::min(limit(i, r) - mode_[i], 0.0) / cell_, lift = 0.5 * below * below;
    const double lowered = limit(i, r) - cells_.spread * from, fine = cells_.spread * error_step_;
    const size_t width = axis.at.size(), rows = strides_ ? strides_ : points_;
    const size_t length = strides_ ? padded(width + (points_ - 1) / strides_ + 1) : width;
    places_at_.assign(axis.at.begin(), axis.at.end());
    for (size_t k = width; k < length; ++k) places_at_.push_back(places_at_.back() + width_);
    chances_.resize(rows * length);
    for (size_t s = 0; s < rows; ++s)
        lanes_.chances(lowered - fine * static_cast<double>(s), places_at_.data(), length, lift,
                       &chances_[s * length]);
    lifted_ += lift;
    return length;
}

const double* TwoErrors::place(size_t q, size_t length) const {
    return strides_ ? &chances_[(q % strides_) * length + q / strides_] : &chances_[q * length];
}

// Each point by the chance of a spectrum's cells, integrated over its own error.
void TwoErrors::multiply(size_t r) {
    const size_t rows = axes_[0].at.size(), columns = axes_[1].at.size();
    const double from = lowest_error_ - error_reach;
    points_ = static_cast<size_t>(std::ceil((error_reach - from) / error_step_)) + 1;
    first_.resize(points_ * rows);
    places_.resize(points_);
    size_t length = fill(0, r, from);
    for (size_t q = 0; q < points_; ++q) {
        const double e = from + error_step_ * static_cast<double>(q);
        const double weight = error_step_ * density_at_middle * std::exp(-0.5 * e * e);
        const double* values = place(q, length);
        for (size_t k = 0; k < rows; ++k) first_[q * rows + k] = weight * values[k];
    }
    length = fill(1, r, from);
    for (size_t q = 0; q < points_; ++q) places_[q] = place(q, length);
    lanes_.multiply(first_.data(), places_.data(), rows, columns, points_, sums_.data());
}

}  // namespace

double log_two_below(const TwoSignals& cells, const NormalRules& rules) {
    return TwoErrors(cells, rules).log_below();
}

}  // namespace assemblysim
