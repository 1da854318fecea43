// What a browser calls of the native engine: programs made of tables, and their integration.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "lists.hpp"
#include "method/lanes/outside.hpp"
#include "network/program.hpp"

#define WIDTH 2
namespace assemblysim::browser {
#include "method/lanes/group.hpp"
}  // namespace assemblysim::browser

namespace {

using namespace assemblysim;

constexpr int eight_lanes = 8 / WIDTH;

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
                     double largest_step, double* concentrations, double* reached,
                     int32_t* status) {
    std::vector<int64_t> steps(batch);
    Job job{};
    job.program = program;
    job.batch = batch;
    job.times_count = times_count;
    job.rate_constants = rate_constants;
    job.initial = initial;
    job.ceilings = ceilings;
    job.times = times;
    job.tolerance = {rtol, atol_fraction, max_steps, largest_step};
    job.concentrations = concentrations;
    job.reached = reached;
    job.status = status;
    job.steps = steps.data();
    browser::Group<eight_lanes, false>(job).run();
}
