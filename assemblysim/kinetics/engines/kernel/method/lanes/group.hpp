// The method, for several parameter vectors at once: every lane has its own time, step size and
// rate constants, shares only the tables, and takes the next vector when it has ended. Nothing
// here lets one lane's numbers reach another's, so a result does not depend on its neighbours.
// Included once for each instruction set, inside its namespace. Only what is always inlined returns
// lanes: GCC 12 clears the upper half of what other functions return in a register of AVX-512.

#include "method/lanes/vectors.hpp"

#include "method/lanes/mass_action.hpp"
#include "method/lanes/workspace.hpp"

template <int N, bool WithDerivatives>
class Group {
    using V = Lanes<N>;
    static constexpr int L = V::count;

public:
    explicit Group(Job& job)
        : job_(job),
          p_(*job.program),
          n_(p_.n),
          columns_(job.columns_count),
          end_(job.times[job.times_count - 1]),
          steepness_(0.5 * std::pow(job.tolerance.rtol, 0.2)),
          w_(p_, columns_) {
        for (int l = 0; l < L; ++l) empty(l);
    }

    void run() {
        for (int l = 0; l < L; ++l) refill(l);
        while (busy_ > 0) step();
    }

private:
    static constexpr size_t nobody = ~size_t{0};

    Job& job_;
    const Program& p_;
    int32_t n_;
    size_t columns_;
    double end_, steepness_;
    Workspace<V, WithDerivatives> w_;
    // For each lane: time, step size, the next output time (infinite after the last one), steps
    // tried, and as truths whether it is at work, whether its last step was rejected or accepted,
    // and whether a concentration fell below zero.
    V t_, h_, next_, steps_, active_, rejected_, accepted_, fallen_;
    bool new_lane_[L] = {};
    double intact_until_[L];
    size_t vector_[L], next_time_[L];
    int busy_ = 0;

    double& lane(V* array, size_t i, int l) { return array[i].data()[l]; }

    // taking.hpp
    inline void empty(int l);
    inline void finish(int l, Status status, double reached);
    inline void refill(int l);
    inline bool begin(int l, size_t b);
    inline bool begin_outputs(int l, size_t b);
    inline void begin_rates(int l, const double* k);
    inline void begin_columns(int l, const double* k, const double* ceilings);

    // laws.hpp
    size_t narrow_inputs() const { return size_t(p_.species) + p_.constants; }
    size_t wide_inputs() const { return narrow_inputs() + p_.species; }
    size_t first_law_slope() const { return p_.reactant_slots.size(); }
    inline void load(const V* slots, size_t first);
    inline void play(const Tape& tape, size_t inputs);
    template <class F>
    inline void each(V* result, const V& x, const V& y, F function);
    inline void law_rates(const V* c);
    inline void law_slopes(V* g);

    // factors.hpp
    inline void factorise(const V& inverse_gamma_h);
    INLINE V lowered(int32_t i, const V* x, V sum);
    INLINE void raise(V* x);

    // growth.hpp
    inline const V* allowances(const V& inverse_h);
    inline void watch(const Program::Block& block, const V& pace);
    inline void grows(size_t m, V& found);

    // steps.hpp
    inline void follow_eliminated(V* c);
    template <int s>
    INLINE void combine(const V* start, const V* U, V* to, V* sums, const V& inverse_h);
    template <int s>
    INLINE void stage(const V& inverse_h);
    OUTLINE void solve_first_stage();
    OUTLINE void solve_stage(int s);
    inline void step();
    inline void begin_step();
    inline void first_step(int l);
    inline void control(const V& mean);
    inline void end_lanes(const V& ended, const V& written, const V& useless);

    // outputs.hpp
    inline void write_outputs(const V& arrival);
    // Below this a concentration has fallen; above it is within its own error.
    double lowest(size_t b, int32_t i) const {
        return -(job_.tolerance.rtol + job_.tolerance.atol_fraction) *
               job_.ceilings[b * p_.species + i];
    }
    inline void write_concentrations(int l);
    inline void prepare_dense(const V* U, V* to);
    INLINE V interpolated(const V& start, const V& end, const V* dense, const V& theta);

    // columns.hpp
    V* jacobian_at(int s) { return w_.J + size_t(s) * p_.jacobian.index.size(); }
    V* turn_at(int s) { return w_.M + size_t(s) * p_.jacobian.index.size(); }
    V* by_constant_at(int s) {
        return w_.Q + size_t(s) * (p_.monomials + p_.constant_of_law_entry.size());
    }
    inline void keep_stage(int s, const V* c);
    inline void keep_direction(int s);
    template <int s>
    INLINE void column_stage(size_t m, V* Z_of, const V& inverse_h);
    OUTLINE void solve_column_stage(size_t m, V* Z_of, int s);
    inline void step_columns(const V& inverse_h, V& worst);
    inline void accept_columns();
    inline void write_columns(const V& writes, const V& theta);
    inline void write_initial_columns(int l);
    inline void write_column(int l, size_t m, size_t at);
};

#include "method/lanes/columns.hpp"
#include "method/lanes/factors.hpp"
#include "method/lanes/growth.hpp"
#include "method/lanes/laws.hpp"
#include "method/lanes/outputs.hpp"
#include "method/lanes/steps.hpp"
#include "method/lanes/taking.hpp"

template <int N, bool WithDerivatives>
static void run(Job& job) {
    Group<N, WithDerivatives>(job).run();
}

// Take vectors from the job until none is left. Every width that is named here is compiled anew.
static void advance(Job& job, size_t share) {
    constexpr int eight = 8 / WIDTH;
    const bool derivatives = job.columns_count > 0;
#if WIDTH > 2
    constexpr int sixteen = 16 / WIDTH;
    if (derivatives && share > 8) return run<sixteen, true>(job);
#endif
    if (derivatives) return run<eight, true>(job);
#if WIDTH == 8
    // Twice as many lanes hide the latency of sums, as long as all of them stay near the core.
    constexpr int wide = 32 / WIDTH;
    const size_t bytes = Arrays<Lanes<wide>, false>::total(*job.program, 0) * sizeof(Lanes<wide>);
    if (share > 16 && bytes < 65536) return run<wide, false>(job);
#endif
#if WIDTH > 2
    if (share > 8) return run<sixteen, false>(job);
#endif
    run<eight, false>(job);
}
