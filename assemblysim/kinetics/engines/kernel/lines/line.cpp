// How: with heavy tails the integrand has its singularities where a reading's 1 + z^2 / 4 vanishes,
// or its size; normal errors vary on the same lengths. So panels are laid from the middle outwards,
// each so long that they stay clear of these places, and halved where Kronrod's 15 nodes and
// Gauss's 7 among them disagree.
#include "lines/line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "readings/mills.hpp"

namespace assemblysim {
namespace {

constexpr double degrees = 4, power = 2.5;
constexpr double log_height = -0.98082925301172619;  // of the density in the middle, log(3 / 8)
constexpr double log_two_pi = 1.8378770664093453;
constexpr double farthest = 1e45;  // in units of a reading's size: its fourth power is a number
constexpr double most_growth = 1e100, rounding = 4e-16;
constexpr double tolerance = 2e-12, tail = 1e-13;
constexpr double halves_of_width = 1.5, reach = 32;
constexpr size_t most_panels = 4000, most_halvings = 40, nodes = 15, most_steps = 120;
constexpr size_t most_halved = 4000;  // panels of one line: where rounding hides the rest
constexpr double resolved = 1;        // a top that halving does not raise by more

// Kronrod's nodes and weights, and the weights of Gauss's, which are every other node.
constexpr std::array<double, 8> place{
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
    0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
    0.586087235467691130294144691693013, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0.0};
constexpr std::array<double, 8> kronrod{
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
    0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
    0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714};
constexpr std::array<double, 4> gauss{
    0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
    0.381830050505118944950369775488975, 0.417959183673469387755102040816327};

struct Cell {
    double number = 0, slope = 0, additive = 0, relative = 0;
    bool censored = false;

    // How many sizes the number lies above the line.
    double off(double x) const {
        const double at = slope * x;
        return std::clamp((number - at) / size(at), -farthest, farthest);
    }
    double size(double at) const {
        return relative == 0 ? additive : std::hypot(additive, relative * at);
    }
};

// The chance to be below z.
double chance_below(double z) {
    const double square = degrees + z * z, x = z / std::sqrt(square);
    const double above_least = z > 0 ? 1 + x : degrees / (square * (1 - x));
    return 0.25 * above_least * above_least * (2 - x);
}

double density(double z) { return 0.375 / std::pow(1 + z * z / degrees, power); }

// A product of numbers of any size.
struct Product {
    double value = 1, log_rest = 0;
    void times(double factor) {
        value *= factor;
        if (value > most_growth || value < 1 / most_growth) {
            log_rest += std::log(value);
            value = 1;
        }
    }
    double log() const { return std::log(value) + log_rest; }
};

struct Panel {
    double middle = 0, half = 0;
    std::array<double, nodes> logs{};

    double at(size_t node) const {
        return node < 8 ? middle - half * place[node] : middle + half * place[14 - node];
    }
    static double weight(size_t node) { return kronrod[std::min(node, 14 - node)]; }
    double top() const { return *std::max_element(logs.begin(), logs.end()); }

    struct Estimate {
        double value = 0, error = 0;
    };
    Estimate estimate(double top) const {
        double fine = 0, coarse = 0, absolute = 0;
        std::array<double, nodes> values{};
        for (size_t k = 0; k < nodes; ++k) {
            values[k] = std::exp(logs[k] - top);
            fine += weight(k) * values[k];
            if (k % 2) coarse += gauss[std::min(k, 14 - k) / 2] * values[k];
        }
        for (size_t k = 0; k < nodes; ++k) absolute += weight(k) * std::abs(values[k] - fine / 2);
        const double apart = std::abs(fine - coarse);
        const double part = absolute > 0 ? std::pow(200 * apart / absolute, 1.5) * absolute : 0;
        return {half * fine, half * std::min(apart, part)};
    }
};

// The integral of one group of cells at one vector.
class Line {
public:
    Line(const ReadingLines& job, size_t b, size_t group) : job_(job), b_(b), group_(group) {
        const auto first = static_cast<size_t>(job.begin[group]);
        const auto last = static_cast<size_t>(job.begin[group + 1]);
        const size_t row = b * static_cast<size_t>(job.begin[job.groups]);
        for (size_t i = first; i < last; ++i)
            cells_.push_back({job.number[row + i], job.slope[row + i], job.additive[row + i],
                              job.relative[row + i], job.censored[i] != 0});
        width_ = job.width[b * job.groups + group];
        low_ = job.low;
        high_ = job.high;
        for (const Cell& cell : cells_) add_singularities(cell);
    }

    void integrate() {
        lay_panels();
        if (!job_.heavy) find_top();
        double top = -HUGE_VAL, total = 0;
        for (const Panel& panel : panels_) top = std::max(top, panel.top());
        for (const Panel& panel : panels_) total += panel.estimate(top).value;
        refine(top, total);
        job_.points[b_ * job_.groups + group_] = std::log(total_) + top + constant();
        if (job_.by_number) derive(top);
    }

private:
    struct Singularity {
        double place, away;
    };
    const ReadingLines& job_;
    size_t b_, group_;
    double width_ = 0, low_ = 0, high_ = 0, first_ = 0, last_ = 0, total_ = 0;
    std::vector<Cell> cells_;
    std::vector<Singularity> singular_;
    std::vector<Panel> panels_, done_;

    void add_singularities(const Cell& cell) {
        const double spread = 1 + degrees * cell.relative * cell.relative;
        const double scaled = cell.slope * spread, root = std::sqrt(degrees);
        const double height =
            std::hypot(cell.additive * std::sqrt(spread), cell.relative * cell.number);
        const Singularity one{cell.number / scaled, root * height / std::abs(scaled)};
        if (!(std::abs(one.place) + one.away < 1e300)) return;
        singular_.push_back({one.place, std::max(one.away, 8 * rounding * std::abs(one.place))});
        if (cell.relative > 0) {
            const double bend = cell.additive / (cell.relative * std::abs(cell.slope));
            if (bend < 1e300) singular_.push_back({0, std::max(bend, 1e-300)});
        }
    }

    double constant() const {
        double sum = width_ > 0 ? -std::log(width_) - 0.5 * log_two_pi : 0;
        const double height = job_.heavy ? log_height : -0.5 * log_two_pi;
        for (const Cell& cell : cells_)
            if (!cell.censored) sum += height - (cell.relative == 0 ? std::log(cell.additive) : 0);
        return sum;
    }

    // But for the constant.
    double log_integrand(double x) const {
        if (!job_.heavy) return log_normal_integrand(x);
        Product squares, sizes, chances;
        for (const Cell& cell : cells_) {
            const double z = cell.off(x);
            if (cell.censored) {
                chances.times(chance_below(z));
                continue;
            }
            squares.times(1 + z * z / degrees);
            if (cell.relative != 0) sizes.times(cell.size(cell.slope * x));
        }
        const double own = width_ > 0 ? x / width_ : 0;
        return chances.log() - power * squares.log() - sizes.log() - 0.5 * own * own;
    }

    double log_normal_integrand(double x) const {
        Product sizes;
        double sum = 0;
        for (const Cell& cell : cells_) {
            const double z = cell.off(x);
            sum += cell.censored ? log_below(z) : -0.5 * z * z;
            if (!cell.censored && cell.relative != 0) sizes.times(cell.size(cell.slope * x));
        }
        const double own = width_ > 0 ? x / width_ : 0;
        return sum - sizes.log() - 0.5 * own * own;
    }

    Panel panel(double middle, double half) const {
        Panel made{middle, half, {}};
        for (size_t k = 0; k < nodes; ++k) made.logs[k] = log_integrand(made.at(k));
        return made;
    }

    // How long half a panel may be that begins at x and goes up (1) or down (-1): an ellipse about
    // it that is three times as large as its half length holds no singularity.
    double half_from(double x, double up) const {
        double half = width_ > 0 ? halves_of_width * width_ : HUGE_VAL;
        for (const Singularity& one : singular_) {
            const double passed = up * (x - one.place);
            half = std::min(half, 0.5625 * passed + 0.9375 * std::hypot(passed, one.away));
        }
        return std::max(half, rounding * std::abs(x));
    }

    // Where panels begin, and where they have to reach at least.
    double lay_ends() {
        if (width_ > 0) {
            // The largest value lies above that at 0, which bounds how far off it can be.
            const double drop = -log_integrand(0);
            first_ = -width_ * std::sqrt(2 * (reach + std::max(drop, 0.0)));
            last_ = -first_;
            low_ = std::max(low_, first_);
            high_ = std::min(high_, last_);
            return 0;
        }
        double start = 0;
        first_ = HUGE_VAL;
        last_ = -HUGE_VAL;
        for (const Singularity& one : singular_) {
            first_ = std::min(first_, one.place);
            last_ = std::max(last_, one.place);
        }
        if (std::any_of(cells_.begin(), cells_.end(),
                        [](const Cell& cell) { return cell.relative > 0; })) {
            first_ = low_;
            last_ = high_;
        }
        for (size_t j = cells_.size(); j-- > 0;)
            if (!cells_[j].censored && cells_[j].slope > 1e-3)
                start = cells_[j].number / cells_[j].slope;
        return std::clamp(start, low_, high_);
    }

    void lay_panels() {
        const double start = lay_ends();
        double top = -HUGE_VAL;
        for (const double up : {1.0, -1.0}) {
            const double end = up > 0 ? high_ : low_, must = up > 0 ? last_ : first_;
            double x = start, log_total = -HUGE_VAL;
            // What rounding leaves before the end is no panel.
            const auto goes_on = [&] { return up * (end - x) > 4 * rounding * std::abs(x); };
            for (size_t k = 0; k < most_panels && goes_on(); ++k) {
                const double half = std::min(half_from(x, up), 0.5 * std::abs(end - x));
                if (!(half > 0) || !(half < 1e300)) break;
                panels_.push_back(panel(x + up * half, half));
                x += up * 2 * half;
                const double here = panels_.back().top() + std::log(half);
                log_total = std::max(log_total, here);
                top = std::max(top, here);
                if (up * (x - must) > 0 && here < top + std::log(tail)) break;
            }
        }
    }

    // Climbs to the highest place and halves the panel about it: the top of normal errors may be
    // far narrower than the lengths on which each of them varies.
    void find_top() {
        if (panels_.empty()) return;
        const auto best =
            std::max_element(panels_.begin(), panels_.end(),
                             [](const Panel& a, const Panel& b) { return a.top() < b.top(); });
        const auto node = std::max_element(best->logs.begin(), best->logs.end());
        double x = best->at(static_cast<size_t>(node - best->logs.begin())), top = *node;
        double step = best->half;
        for (size_t k = 0; k < most_steps; ++k) {
            const double above = std::min(x + step, high_), below = std::max(x - step, low_);
            const double up = log_integrand(above), down = log_integrand(below);
            if (std::max(up, down) > top) {
                x = up > down ? above : below;
                top = std::max(up, down);
            } else if (top - std::min(up, down) < resolved || step < rounding * std::abs(x)) {
                break;
            } else {
                step *= 0.5;
            }
        }
        halve_about(x, step);
    }

    void halve_about(double x, double width) {
        for (size_t k = 0; k < most_steps; ++k) {
            // The one that x is in, or a long one beside that, which may be any short.
            const auto around =
                std::find_if(panels_.begin(), panels_.end(), [x, width](const Panel& one) {
                    const double away = std::abs(x - one.middle) - one.half;
                    return one.half > 4 * width && away <= 4 * width;
                });
            if (around == panels_.end()) return;
            const double middle = around->middle, half = 0.5 * around->half;
            *around = panel(middle - half, half);
            panels_.push_back(panel(middle + half, half));
        }
    }

    void refine(double top, double total) {
        struct Waiting {
            Panel panel;
            size_t halvings;
        };
        std::vector<Waiting> waiting;
        waiting.reserve(panels_.size() + 2 * most_halvings);
        const double seen =
            4 * rounding * std::abs(top);  // of a value, whose log is as large as top
        size_t halved = 0;
        for (const Panel& one : panels_) waiting.push_back({one, 0});
        while (!waiting.empty()) {
            const Waiting now = waiting.back();
            waiting.pop_back();
            const auto found = now.panel.estimate(top);
            const double enough = std::max(tolerance * std::max(total, total_), seen * found.value);
            if (found.error > enough && now.halvings < most_halvings && halved < most_halved) {
                ++halved;
                const double half = 0.5 * now.panel.half;
                for (const double side : {-half, half})
                    waiting.push_back({panel(now.panel.middle + side, half), now.halvings + 1});
                continue;
            }
            total_ += found.value;
            if (job_.by_number) done_.push_back(now.panel);
        }
    }

    void derive(double top) const {
        const size_t row = b_ * static_cast<size_t>(job_.begin[job_.groups]);
        const size_t first = row + static_cast<size_t>(job_.begin[group_]);
        for (size_t j = 0; j < cells_.size(); ++j) {
            const Cell& cell = cells_[j];
            double by_off = 0, by_size = cell.censored ? 0 : -1;
            for (const Panel& panel : done_)
                for (size_t k = 0; k < nodes; ++k) {
                    const double share =
                        Panel::weight(k) * panel.half * std::exp(panel.logs[k] - top) / total_;
                    if (share < 1e-17) continue;
                    const double z = cell.off(panel.at(k));
                    const double slope = cell.censored ? density(z) / chance_below(z)
                                                       : -2 * power * z / (degrees + z * z);
                    by_off += share * slope;
                    by_size -= share * slope * z;
                }
            job_.by_number[first + j] = by_off / cell.additive;
            job_.by_size[first + j] = by_size;
        }
    }
};

}  // namespace

void line_points(const ReadingLines& job) {
    for (size_t b = 0; b < job.batch; ++b)
        for (size_t group = 0; group < job.groups; ++group) Line(job, b, group).integrate();
}

}  // namespace assemblysim
