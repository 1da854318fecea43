// What a browser calls of the likelihoods: tables of readings and of claims, of one vector.
#include <algorithm>
#include <cmath>

#include "likelihood/claims.hpp"
#include "lists.hpp"
#include "readings/mills.hpp"
#include "readings/readings.hpp"

namespace {

using namespace assemblysim;

constexpr double log_two_pi = 1.8378770664093453;

std::vector<uint8_t> flags(const std::vector<int32_t>& numbers) {
    return {numbers.begin(), numbers.end()};
}

// The points of integrals over a normal density and over a panel.
struct Rules {
    std::vector<int32_t> count;
    std::vector<double> excess, points, log_weights, panel_points, panel_weights, up_to;
    double negligible, width;
};

// Readings with unknown scale factors.
struct Table {
    std::vector<int32_t> begin, gain, error, place, own;
    std::vector<uint8_t> censored;
    std::vector<double> log;
};

// Readings on a known scale; `number` is one of them, or its limit, as the noise sees it.
struct KnownScale {
    bool logarithmic;
    std::vector<int32_t> place, own;
    std::vector<uint8_t> censored;
    std::vector<double> number, sd;
};

struct Claims {
    std::vector<int32_t> begin, signal, time;
    std::vector<uint32_t> said;
    std::vector<double> share;
    double reach;
};

}  // namespace

ENTRY(make_rules) Rules* make_rules(const int32_t* whole, const double* real) {
    Lists lists(whole, real);
    auto* made = new Rules;
    made->count = lists.numbers();
    for (auto* one : {&made->excess, &made->points, &made->log_weights, &made->panel_points,
                      &made->panel_weights, &made->up_to})
        *one = lists.reals();
    const auto last = lists.reals();
    made->negligible = last[0];
    made->width = last[1];
    return made;
}

ENTRY(make_readings) Table* make_readings(const int32_t* whole, const double* real) {
    Lists lists(whole, real);
    auto* made = new Table;
    for (auto* one : {&made->begin, &made->gain, &made->error, &made->place, &made->own})
        *one = lists.numbers();
    made->censored = flags(lists.numbers());
    made->log = lists.reals();
    return made;
}

// Writes the log density of each block.
ENTRY(readings_points)
void readings_points(const Table* table, const Rules* rules, size_t places, size_t own_sizes,
                     const double* log_signals, const double* sigma, double tau, double* points) {
    Readings job{};
    job.batch = 1;
    job.places = places;
    job.own_sizes = own_sizes;
    job.blocks = table->begin.size() - 1;
    job.begin = table->begin.data();
    job.gain = table->gain.data();
    job.error = table->error.data();
    job.place = table->place.data();
    job.own = table->own.data();
    job.censored = table->censored.data();
    job.log = table->log.data();
    job.negligible = rules->negligible;
    job.rules = {rules->count.size(),  rules->excess.data(),      rules->count.data(),
                 rules->points.data(), rules->log_weights.data(), 0, 0, nullptr};
    job.log_signals = log_signals;
    job.sigma = sigma;
    job.tau = &tau;
    job.points = points;
    reading_points(job);
}

ENTRY(make_known_scale) KnownScale* make_known_scale(const int32_t* whole, const double* real) {
    Lists lists(whole, real);
    auto* made = new KnownScale;
    made->logarithmic = lists.number() != 0;
    made->place = lists.numbers();
    made->own = lists.numbers();
    made->censored = flags(lists.numbers());
    made->number = lists.reals();
    made->sd = lists.reals();
    return made;
}

// Writes the log density of each reading, as measurement/likelihoods/absolute.py has it; sizes are
// the additive and the relative part of each own size.
ENTRY(known_scale_points)
void known_scale_points(const KnownScale* table, const double* signals, const double* additive,
                        const double* relative, double* points) {
    for (size_t i = 0; i < table->place.size(); ++i) {
        const auto own = static_cast<size_t>(table->own[i]);
        const double signal = signals[table->place[i]];
        double expected = signal, sd = std::hypot(additive[own], relative[own] * signal);
        if (table->logarithmic) {
            expected = std::log(signal);
            sd = relative[own];
        }
        sd *= table->sd[i];
        const double z = (table->number[i] - expected) / sd;
        points[i] = table->censored[i] ? log_below(z)
                                       : -0.5 * (log_two_pi + z * z) - std::log(sd);
    }
}

ENTRY(make_claims) Claims* make_claims(const int32_t* whole, const double* real) {
    Lists lists(whole, real);
    auto* made = new Claims;
    made->begin = lists.numbers();
    made->signal = lists.numbers();
    made->time = lists.numbers();
    const auto said = lists.numbers();
    made->said.assign(said.begin(), said.end());
    made->share = lists.reals();
    // What JSON cannot hold: a fraction of which nothing is said.
    for (double& one : made->share)
        if (std::abs(one) > 1e300) one = one > 0 ? HUGE_VAL : -HUGE_VAL;
    made->reach = lists.reals()[0];
    return made;
}

// Writes the chance that what each part claims holds.
ENTRY(claims_chances)
void claims_chances(const Claims* claims, const Rules* rules, size_t times, size_t signals,
                    const double* logs, const double* whole, double limit, double noise,
                    double abundant, double* chances) {
    ClaimTables job{};
    job.batch = 1;
    job.times = times;
    job.signals = signals;
    job.parts = claims->signal.size();
    job.begin = claims->begin.data();
    job.signal = claims->signal.data();
    job.time = claims->time.data();
    job.said = claims->said.data();
    job.share = claims->share.data();
    job.rule = {rules->width, rules->panel_points.data(), rules->panel_weights.data(),
                rules->up_to.data()};
    job.reach = claims->reach;
    job.logs = logs;
    job.whole = whole;
    job.limit = &limit;
    job.noise = &noise;
    job.abundant = &abundant;
    job.chances = chances;
    claim_chances(job);
}
