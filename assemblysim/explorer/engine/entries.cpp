// What a browser calls of the native engine: programs made of tables, and their integration.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "method/lanes/outside.hpp"
#include "network/program.hpp"

#define WIDTH 2
namespace assemblysim::browser {
#include "method/lanes/group.hpp"
}  // namespace assemblysim::browser

#define ENTRY(name) extern "C" __attribute__((export_name(#name)))

namespace {

using namespace assemblysim;

constexpr int eight_lanes = 8 / WIDTH;

// Lists as `explorer/tables.py` lays them out: the count of each, then its numbers.
class Lists {
public:
    Lists(const int32_t* whole, const double* real) : whole_(whole), real_(real) {}

    int32_t number() { return *whole_++; }

    std::vector<int32_t> numbers() {
        const int32_t count = number();
        whole_ += count;
        return {whole_ - count, whole_};
    }

    std::vector<double> reals() {
        const int32_t count = number();
        real_ += count;
        return {real_ - count, real_};
    }

    SparseRows rows() {
        auto begin = numbers();
        auto index = numbers();
        return {begin, index, reals()};
    }

    Tape tape() {
        auto values = reals();
        auto code = numbers();
        return {values, code, numbers()};
    }

private:
    const int32_t* whole_;
    const double* real_;
};

}  // namespace

ENTRY(take) void* take(size_t bytes) { return std::malloc(bytes); }

ENTRY(give_back) void give_back(void* room) { std::free(room); }

ENTRY(make_program) Program* make_program(const int32_t* whole, const double* real) {
    Lists lists(whole, real);
    Tables t;
    t.species = lists.number();
    t.constants = lists.number();
    t.factors = lists.reals();
    t.constant_of = lists.numbers();
    t.reactants = lists.rows();
    t.slopes = lists.rows();
    t.slopes_by_constant = lists.rows();
    for (Tape* tape : {&t.laws, &t.law_slopes, &t.law_by_constant, &t.second, &t.second_by_constant})
        *tape = lists.tape();
    t.change = lists.rows();
    t.eliminated = lists.rows();
    t.eliminated_species = lists.numbers();
    t.growing = lists.rows();
    return new Program(program_of(t));
}

// Rate constants (batch, constants), starts and ceilings (batch, species), times (times,); writes
// concentrations (batch, times, species), and how each vector ended.
ENTRY(integrate)
void integrate_batch(const Program* program, size_t batch, size_t times_count,
                     const double* rate_constants, const double* initial, const double* ceilings,
                     const double* times, double rtol, double atol_fraction, double max_steps,
                     double* concentrations, double* reached, int32_t* status) {
    std::vector<int64_t> steps(batch);
    Job job{};
    job.program = program;
    job.batch = batch;
    job.times_count = times_count;
    job.rate_constants = rate_constants;
    job.initial = initial;
    job.ceilings = ceilings;
    job.times = times;
    job.tolerance = {rtol, atol_fraction, max_steps};
    job.concentrations = concentrations;
    job.reached = reached;
    job.status = status;
    job.steps = steps.data();
    browser::Group<eight_lanes, false>(job).run();
}
