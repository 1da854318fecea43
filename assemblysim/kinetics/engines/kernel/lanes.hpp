// The method, for several parameter vectors at once: every lane has its own time, step size and
// rate constants, shares only the tables, and takes the next vector when it has ended. Nothing
// here lets one lane's numbers reach another's, so a result does not depend on its neighbours.
// Included once for each instruction set, inside its namespace.

// A broken power or a logarithm takes a concentration at or below zero as this, mM.
constexpr double trace = 1e-30;
// Errors of derivatives, in the units of their scales, may be larger than those of the
// concentrations by these factors.
constexpr double absolute_slack = 100, relative_slack = 10;

static inline double power(double base, double exponent) {
    if (base <= 0) return exponent > 0 ? 0 : std::pow(trace, exponent);
    return std::pow(base, exponent);
}
static inline double slope_power(double base, double exponent) {
    return base > 0 ? std::pow(base, exponent) : 0;
}

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
          end_(job.times[job.times_count - 1]) {
        size_t species = p_.species, states = n_, slopes = p_.slopes;
        size_t reactions = p_.reactions, entries = p_.jacobian.index.size();
        size_t slots = p_.monomials + p_.constant_of_law_entry.size();
        size_t stored = WithDerivatives ? rodas5p::stages : 0;
        size_t total = room_without_derivatives(p_);
        if (WithDerivatives)
            total += reactions + 2 * slopes + species + stored * (2 * entries + slots) +
                     10 * columns_ * states + 6 * states + p_.constants + columns_;
        room_.reset(new (std::align_val_t(64)) V[total + 1]);
        std::memset(static_cast<void*>(room_.get()), 0, (total + 1) * sizeof(V));
        V* at = room_.get();
        auto take = [&](size_t count) {
            V* start = at;
            at += count;
            return start;
        };
        start_ = take(species);
        stage_ = take(species);
        output_ = take(species);
        dense_ = take(3 * states);
        f0_ = take(states);
        sums_ = take(states);
        U_ = take(8 * states);
        inverse_ = take(states);
        K_ = take(reactions);
        v_ = take(reactions);
        g_ = take(slopes);
        lu_ = take(p_.entries.size());
        totals_ = take(p_.eliminated.rows());
        registers_ = take(register_count(p_));
        if (WithDerivatives) {
            Kq_ = take(reactions);
            g0_ = take(slopes);
            turn_ = take(slopes);
            direction_ = take(species);
            J_ = take(stored * entries);
            M_ = take(stored * entries);
            Q_ = take(stored * slots);
            s_ = take(columns_ * states);
            s_end_ = take(columns_ * states);
            Z_ = take(8 * columns_ * states);
            shifted_ = take(states);
            zsum_ = take(states);
            column_output_ = take(states);
            column_dense_ = take(3 * states);
            constant_scale_ = take(p_.constants);
            column_scale_ = take(columns_);
        }
        for (int l = 0; l < L; ++l) empty(l);
    }

    static size_t room_without_derivatives(const Program& p) {
        return 3 * p.species + 14 * p.n + 2 * p.reactions + p.slopes + p.entries.size() +
               p.eliminated.rows() + register_count(p);
    }

    void run() {
        for (int l = 0; l < L; ++l) refill(l);
        while (busy_ > 0) step();
    }

private:
    struct Aligned {
        void operator()(V* room) const { ::operator delete[](room, std::align_val_t(64)); }
    };

    Job& job_;
    const Program& p_;
    int32_t n_;
    size_t columns_;
    double end_;
    std::unique_ptr<V[], Aligned> room_;
    V *start_, *stage_, *output_, *dense_, *f0_, *sums_, *U_, *inverse_, *K_, *v_, *g_;
    V *lu_, *totals_, *registers_;
    V *Kq_, *g0_, *turn_, *direction_, *J_, *M_, *Q_, *s_, *s_end_, *Z_, *shifted_, *zsum_;
    V *column_output_, *column_dense_;
    V *constant_scale_, *column_scale_;
    // For each lane: time, step size, the next output time (infinite after the last one), steps
    // tried, and as truths whether it is at work, whether its last step was rejected or accepted,
    // and whether a concentration fell below zero.
    V t_, h_, next_, steps_, active_, rejected_, accepted_, fallen_, atol_;
    bool new_lane_[L] = {};
    double intact_until_[L];
    size_t vector_[L], next_time_[L];
    int busy_ = 0;

    static constexpr size_t nobody = ~size_t{0};

    double& lane(V* array, size_t i, int l) { return array[i].data()[l]; }

    // ---- Which vector a lane works on.

    void empty(int l) {
        vector_[l] = nobody;
        new_lane_[l] = false;
        h_.data()[l] = atol_.data()[l] = 1;
        t_.data()[l] = steps_.data()[l] = active_.data()[l] = rejected_.data()[l] = 0;
        fallen_.data()[l] = 0;
        next_.data()[l] = std::numeric_limits<double>::infinity();
        for (int32_t i = 0; i < p_.species; ++i) lane(start_, i, l) = 0;
        for (int32_t r = 0; r < p_.reactions; ++r) lane(K_, r, l) = 0;
        for (int32_t e = 0; e < p_.eliminated.rows(); ++e) lane(totals_, e, l) = 0;
        for (int32_t s = 0; s < p_.slopes; ++s) lane(g_, s, l) = 0;
        for (int32_t k = 0; k < p_.constants; ++k)
            if (has_laws()) lane(registers_, p_.species + k, l) = 1;
    }

    void finish(int l, Status status, double reached) {
        size_t b = vector_[l];
        job_.status[b] = status;
        job_.steps[b] = static_cast<int64_t>(steps_.data()[l]);
        job_.reached[b] = status == completed ? end_ : reached;
        --busy_;
        refill(l);
    }

    void refill(int l) {
        empty(l);
        for (;;) {
            size_t b = job_.take();
            if (b >= job_.batch) return;
            if (begin(l, b)) return;
        }
    }

    // Take a vector; false where it ends at once.
    bool begin(int l, size_t b) {
        const double* k = job_.rates + b * p_.constants;
        const double* c = job_.initial + b * p_.species;
        bool finite = std::isfinite(job_.scale[b]) && job_.scale[b] > 0;
        for (int32_t i = 0; i < p_.constants; ++i) finite = finite && std::isfinite(k[i]);
        for (int32_t i = 0; i < p_.species; ++i) finite = finite && std::isfinite(c[i]);
        job_.steps[b] = 0;
        job_.reached[b] = 0;
        job_.status[b] = finite ? completed : not_finite;
        if (!finite) return false;
        vector_[l] = b;
        next_time_[l] = 0;
        for (int32_t i = 0; i < p_.species; ++i) lane(start_, p_.slot_of[i], l) = c[i];
        for (int32_t e = 0; e < p_.eliminated.rows(); ++e) {
            double total = lane(start_, n_ + e, l);
            for (int32_t at = p_.eliminated.begin[e]; at < p_.eliminated.begin[e + 1]; ++at)
                total -= p_.eliminated.weight[at] * lane(start_, p_.eliminated.index[at], l);
            lane(totals_, e, l) = total;
        }
        begin_rates(l, k);
        if constexpr (WithDerivatives) begin_columns(l, k, job_.scale[b]);
        if (job_.times_of(b)[0] == 0) {
            double lowest = 0;
            for (int32_t i = 0; i < p_.species; ++i) {
                job_.concentrations[b * job_.times_count * p_.species + i] = c[i] < 0 ? 0 : c[i];
                lowest = c[i] < lowest ? c[i] : lowest;
            }
            if (lowest < -allowed_below(b)) {
                job_.status[b] = negative;
                empty(l);
                return false;
            }
            if constexpr (WithDerivatives) write_initial_columns(l);
            next_time_[l] = 1;
        }
        if (next_time_[l] == job_.times_count) {
            job_.reached[b] = end_;
            empty(l);
            return false;
        }
        next_.data()[l] = job_.times_of(b)[next_time_[l]];
        active_.data()[l] = 1;
        atol_.data()[l] = job_.atol_share * job_.scale[b] + 1e-290;
        new_lane_[l] = true;
        ++busy_;
        return true;
    }

    void begin_rates(int l, const double* k) {
        for (int32_t r = 0; r < p_.monomials; ++r) {
            double constant = k[p_.constant_of[r]];
            lane(K_, r, l) = p_.factors[r] * constant;
            if constexpr (WithDerivatives)
                lane(Kq_, r, l) = p_.factors[r] * (constant != 0 ? constant : 1);
        }
        for (const auto& group : p_.groups)
            if (group.order == 1)
                for (int32_t r = group.first; r < group.last; ++r) {
                    size_t slope = group.slots + (r - group.first);
                    lane(g_, slope, l) = lane(K_, r, l);
                    if constexpr (WithDerivatives) lane(g0_, slope, l) = lane(Kq_, r, l);
                }
        if (has_laws())
            for (int32_t i = 0; i < p_.constants; ++i) lane(registers_, p_.species + i, l) = k[i];
    }

    // Derivatives are by ln k (by k where k is 0), and by concentrations in units of their scale.
    void begin_columns(int l, const double* k, double scale) {
        for (int32_t i = 0; i < p_.constants; ++i)
            lane(constant_scale_, i, l) = k[i] != 0 ? k[i] : 1;
        for (size_t m = 0; m < columns_; ++m) {
            for (int32_t i = 0; i < n_; ++i) lane(s_, m * n_ + i, l) = 0;
            int32_t column = job_.columns[m];
            if (column < p_.constants) {
                lane(column_scale_, m, l) = lane(constant_scale_, column, l);
            } else {
                lane(column_scale_, m, l) = scale;
                int32_t slot = p_.slot_of[column - p_.constants];
                if (slot < n_) lane(s_, m * n_ + slot, l) = scale;
            }
        }
    }

    // ---- Rate laws of another form than a product: a tape of instructions over registers.

    bool has_laws() const { return p_.reactions > p_.monomials; }

    static size_t register_count(const Program& p) {
        if (p.reactions == p.monomials) return 0;
        size_t most = 0;
        for (const Tape* tape : {&p.laws, &p.law_slopes, &p.law_by_constant, &p.second,
                                 &p.second_by_constant})
            most = std::max(most, tape->numbers.size() + tape->code.size() / 3);
        return most + 2 * p.species + p.constants;
    }

    // Concentrations go into registers by species; constants have been there since the start.
    void load(const V* slots, size_t first) {
        for (int32_t i = 0; i < p_.species; ++i) registers_[first + i] = slots[p_.slot_of[i]];
    }

    void play(const Tape& tape, size_t inputs) {
        V* at = registers_ + inputs;
        for (double number : tape.numbers) *at++ = V::all(number);
        const int32_t* code = tape.code.data();
        for (size_t i = 0; i < tape.code.size(); i += 3, ++at) {
            const V& x = registers_[code[i + 1]];
            const V& y = registers_[code[i + 2]];
            switch (static_cast<Operation>(code[i])) {
                case Operation::add: *at = x + y; break;
                case Operation::subtract: *at = x - y; break;
                case Operation::multiply: *at = x * y; break;
                case Operation::divide: *at = x / y; break;
                case Operation::power: each(at, x, y, power); break;
                case Operation::slope_power: each(at, x, y, slope_power); break;
                case Operation::exp:
                    each(at, x, y, [](double a, double) { return std::exp(a); });
                    break;
                case Operation::log:
                    each(at, x, y, [](double a, double) { return std::log(a > trace ? a : trace); });
                    break;
            }
        }
    }

    template <class F>
    void each(V* result, const V& x, const V& y, F function) {
        for (int l = 0; l < L; ++l)
            result->data()[l] = vector_[l] == nobody ? 1 : function(x.data()[l], y.data()[l]);
    }

    size_t narrow_inputs() const { return size_t(p_.species) + p_.constants; }
    size_t wide_inputs() const { return narrow_inputs() + p_.species; }

    // ---- Rates and slopes at concentrations `c`, with rate constants `K`.

    INLINE void rates(const V* c, const V* K, V* v) {
        const int32_t* slot = p_.reactant_slots.data();
        for (const auto& group : p_.groups) {
            if (group.order == 1) {
                for (int32_t r = group.first; r < group.last; ++r, ++slot) v[r] = K[r] * c[*slot];
            } else if (group.order == 2) {
                for (int32_t r = group.first; r < group.last; ++r, slot += 2)
                    v[r] = K[r] * c[slot[0]] * c[slot[1]];
            } else {
                for (int32_t r = group.first; r < group.last; ++r, slot += group.order) {
                    V rate = K[r];
                    for (int32_t i = 0; i < group.order; ++i) rate = rate * c[slot[i]];
                    v[r] = rate;
                }
            }
        }
    }

    void law_rates(const V* c) {
        load(c, 0);
        play(p_.laws, narrow_inputs());
        for (size_t i = 0; i < p_.laws.outputs.size(); ++i)
            v_[p_.monomials + i] = registers_[p_.laws.outputs[i]];
    }

    INLINE void slopes(const V* c, const V* K, V* g) {
        for (const auto& group : p_.groups) {
            if (group.order < 2) continue;
            const int32_t* slot = p_.reactant_slots.data() + group.slots;
            V* out = g + group.slots;
            for (int32_t r = group.first; r < group.last; ++r) {
                if (group.order == 2) {
                    out[0] = K[r] * c[slot[1]];
                    out[1] = K[r] * c[slot[0]];
                } else {
                    for (int32_t i = 0; i < group.order; ++i) {
                        V slope = K[r];
                        for (int32_t j = 0; j < group.order; ++j)
                            if (j != i) slope = slope * c[slot[j]];
                        out[i] = slope;
                    }
                }
                slot += group.order;
                out += group.order;
            }
        }
    }

    size_t first_law_slope() const { return p_.reactant_slots.size(); }

    // After law_rates at the same concentrations.
    void law_slopes(V* g) {
        play(p_.law_slopes, narrow_inputs());
        for (size_t i = 0; i < p_.law_slopes.outputs.size(); ++i)
            g[first_law_slope() + i] = registers_[p_.law_slopes.outputs[i]];
    }

    // How the slopes at `c` change along `u`.
    void turn(const V* c, const V* u, const V* K, V* out) {
        for (const auto& group : p_.groups) {
            if (group.order < 2) continue;
            const int32_t* slot = p_.reactant_slots.data() + group.slots;
            V* to = out + group.slots;
            for (int32_t r = group.first; r < group.last; ++r) {
                for (int32_t i = 0; i < group.order; ++i) {
                    V sum{};
                    for (int32_t d = 0; d < group.order; ++d) {
                        if (d == i) continue;
                        V part = K[r] * u[slot[d]];
                        for (int32_t j = 0; j < group.order; ++j)
                            if (j != i && j != d) part = part * c[slot[j]];
                        sum = sum + part;
                    }
                    to[i] = sum;
                }
                slot += group.order;
                to += group.order;
            }
        }
    }

    void follow_eliminated(V* c) {
        for (int32_t e = 0; e < p_.eliminated.rows(); ++e) {
            V sum = totals_[e];
            for (int32_t at = p_.eliminated.begin[e]; at < p_.eliminated.begin[e + 1]; ++at)
                sum = fma(p_.eliminated.weight[at], c[p_.eliminated.index[at]], sum);
            c[n_ + e] = sum;
        }
    }

    // ---- One step of all lanes.

    INLINE V row_sum(const SparseRows& rows, int32_t i, const V* of, V sum) {
        for (int32_t at = rows.begin[i]; at < rows.begin[i + 1]; ++at)
            sum = fma(rows.weight[at], of[rows.index[at]], sum);
        return sum;
    }

    // L and U of 1/(gamma h) I - J; the diagonal of U is kept as its inverse.
    void factorise(const V& inverse_gamma_h) {
        const double* weight = p_.jacobian_terms.weight.data();
        const int32_t* slope = p_.jacobian_terms.index.data();
        const int32_t* pair = p_.pairs.data();
        const V one = V::all(1);
        const Entry* entry = p_.entries.data();
        const Entry* end = entry + p_.entries.size();
        V* out = lu_;
        for (; entry != end; ++entry, ++out) {
            V sum = entry->row == entry->column ? inverse_gamma_h : V{};
            for (int32_t t = entry->terms_begin; t < entry->terms_end; ++t)
                sum = fnma(weight[t], g_[slope[t]], sum);
            for (int32_t q = entry->pairs_begin; q < entry->pairs_end; ++q)
                sum = fnma(lu_[pair[2 * q]], lu_[pair[2 * q + 1]], sum);
            if (entry->column < entry->row) {
                *out = sum * inverse_[entry->column];
            } else {
                *out = sum;
                if (entry->column == entry->row) inverse_[entry->row] = one / sum;
            }
        }
    }

    INLINE V lowered(int32_t i, const V* x, V sum) {
        for (int32_t at = p_.lower_begin[i]; at < p_.lower_begin[i + 1]; ++at)
            sum = fnma(lu_[p_.lower_entry[at]], x[p_.lower_column[at]], sum);
        return sum;
    }

    INLINE void raise(V* x) {
        for (int32_t i = n_ - 1; i >= 0; --i) {
            V sum = x[i];
            for (int32_t at = p_.upper_begin[i]; at < p_.upper_begin[i + 1]; ++at)
                sum = fnma(lu_[p_.upper_entry[at]], x[p_.upper_column[at]], sum);
            x[i] = sum * inverse_[i];
        }
    }

    // Stage s of the states: `to` becomes start + sum a U, `sums` sum c U / h.
    template <int s>
    INLINE void combine(const V* start, const V* U, V* to, V* sums, const V& inverse_h) {
        for (int32_t i = 0; i < n_; ++i) {
            V y = start[i], w{};
#pragma GCC unroll 8
            for (int j = 0; j < s; ++j) {
                const V& u = U[j * n_ + i];
                if (s < 6 || j < 5) {
                    y = fma(rodas5p::a[s][j], u, y);
                } else {
                    y = y + u;
                }
                w = fma(rodas5p::c[s][j], u, w);
            }
            to[i] = y;
            sums[i] = w * inverse_h;
        }
    }

    template <int s>
    INLINE void stage(const V& inverse_h) {
        V* U = U_ + s * n_;
        if constexpr (s == 0) {
            for (int32_t i = 0; i < n_; ++i) U[i] = lowered(i, U, f0_[i]);
        } else {
            combine<s>(start_, U_, stage_, sums_, inverse_h);
            follow_eliminated(stage_);
            rates(stage_, K_, v_);
            if (has_laws()) law_rates(stage_);
            if constexpr (WithDerivatives) {
                slopes(stage_, K_, g_);
                if (has_laws()) law_slopes(g_);
                keep_stage(s, stage_);
            }
            for (int32_t i = 0; i < n_; ++i)
                U[i] = lowered(i, U, row_sum(p_.right, i, v_, sums_[i]));
        }
        raise(U);
        if constexpr (WithDerivatives) keep_direction(s);
    }

    void step() {
        begin_step();
        const V one = V::all(1), inverse_h = one / h_;
        factorise(inverse_h * V::all(1 / rodas5p::gamma));
        stage<0>(inverse_h);
        stage<1>(inverse_h);
        stage<2>(inverse_h);
        stage<3>(inverse_h);
        stage<4>(inverse_h);
        stage<5>(inverse_h);
        stage<6>(inverse_h);
        stage<7>(inverse_h);
        const V* error = U_ + 7 * n_;
        V* end = stage_;
        for (int32_t i = 0; i < n_; ++i) end[i] = end[i] + error[i];
        follow_eliminated(end);
        V squares{};
        const V rtol = V::all(job_.rtol);
        for (int32_t i = 0; i < p_.species; ++i) {
            V one_error = i < n_ ? error[i] : row_sum(p_.eliminated, i - n_, error, V{});
            // Makes a state that has overflowed an error that is not a number.
            one_error = fma(V{}, end[i], one_error);
            V allowed = fma(rtol, larger(size(start_[i]), size(end[i])), atol_);
            V ratio = one_error / allowed;
            squares = fma(ratio, ratio, squares);
        }
        V mean = squares * V::all(1.0 / (p_.species ? p_.species : 1));
        if constexpr (WithDerivatives) mean = worse(mean, step_columns(inverse_h));
        control(mean);
    }

    void begin_step() {
        rates(start_, K_, v_);
        slopes(start_, K_, g_);
        if (has_laws()) {
            law_rates(start_);
            law_slopes(g_);
        }
        if constexpr (WithDerivatives) {
            slopes(start_, Kq_, g0_);
            keep_stage(0, start_);
        }
        for (int32_t i = 0; i < n_; ++i) f0_[i] = row_sum(p_.right, i, v_, V{});
        for (int l = 0; l < L; ++l)
            if (new_lane_[l]) first_step(l);
    }

    // A step in which the fastest change is a small share of what there is.
    void first_step(int l) {
        double fastest = 0;
        for (int32_t i = 0; i < n_; ++i) {
            double slope = std::fabs(lane(f0_, i, l));
            if (!(slope <= fastest)) fastest = slope;
        }
        double h = 0.1 * std::pow(job_.rtol, 0.2) * job_.scale[vector_[l]] / fastest;
        h_.data()[l] = h < end_ ? h : end_;
        if (!(h_.data()[l] > 0)) h_.data()[l] = end_;
        new_lane_[l] = false;
    }

    // The larger; what is not a number wins.
    static V worse(const V& x, const V& y) {
        V r;
        for (int l = 0; l < L; ++l)
            r.data()[l] = x.data()[l] > y.data()[l] || !(x.data()[l] == x.data()[l])
                              ? x.data()[l]
                              : y.data()[l];
        return r;
    }

    // Accept or reject, write outputs, and choose the next step of every lane.
    void control(const V& mean) {
        const V one = V::all(1), end = V::all(end_);
        accepted_ = at_most(mean, one) * active_;
        // What is not a number, or beyond reason, makes the shortest step back.
        V bounded = choose(at_most(mean, V::all(1e30)), larger(mean, V::all(1e-12)), V::all(1e30));
        V factor = V::all(0.9) * tenth_root_reciprocal(bounded);
        V most = choose(accepted_, choose(rejected_, one, V::all(8)), V::all(0.9));
        factor = smaller(larger(factor, V::all(0.1)), most);
        V arrival = t_ + h_;
        arrival = choose(at_most(V::all(end_ * (1 - 1e-14)), arrival), end, arrival);
        if (any(accepted_)) {
            write_outputs(arrival);
            for (int32_t i = 0; i < p_.species; ++i)
                start_[i] = choose(accepted_, stage_[i], start_[i]);
            if constexpr (WithDerivatives) accept_columns();
            t_ = choose(accepted_, arrival, t_);
        }
        steps_ = steps_ + active_;
        rejected_ = active_ - accepted_;
        V left = end - t_, h = h_ * factor;
        V almost = choose(at_most(left, h + h), V::all(0.5) * left, h);
        h_ = choose(active_, choose(at_most(left, V::all(1.01) * h), left, almost), one);
        V written = at_most(V::all(std::numeric_limits<double>::max()), next_);
        V useless = at_most(h_, V::all(1e-15) * t_ + V::all(1e-200));
        V ended = fallen_ + written + useless + at_most(V::all(double(job_.max_steps)), steps_);
        if (any(ended * active_)) end_lanes(ended, written, useless);
    }

    void end_lanes(const V& ended, const V& written, const V& useless) {
        for (int l = 0; l < L; ++l) {
            if (vector_[l] == nobody || !(ended.data()[l] > 0)) continue;
            if (fallen_.data()[l] > 0) {
                finish(l, negative, intact_until_[l]);
                continue;
            }
            Status status = written.data()[l] > 0   ? completed
                            : useless.data()[l] > 0 ? stalled
                                                    : spent;
            finish(l, status, t_.data()[l]);
        }
    }

    // Write what was asked for within the step, by the method's dense output. All lanes are
    // interpolated, each at its own next time; those that have one in this step write it.
    void write_outputs(const V& arrival) {
        V writes = accepted_ * at_most(next_, arrival);
        uint32_t writing = bits(writes);
        if (!writing) return;
        prepare_dense(U_, dense_);
        const V inverse_h = V::all(1) / h_;
        do {
            V theta = choose(writes, (next_ - t_) * inverse_h, V{});
            for (int32_t i = 0; i < n_; ++i)
                output_[i] = interpolated(start_[i], stage_[i], dense_ + i, theta);
            follow_eliminated(output_);
            if constexpr (WithDerivatives) write_columns(writes, theta);
            for (; writing; writing &= writing - 1) write_concentrations(__builtin_ctz(writing));
            writes = accepted_ * at_most(next_, arrival);
            writing = bits(writes);
        } while (writing);
    }

    double allowed_below(size_t b) const {
        return (job_.rtol + job_.atol_share) * job_.scale[b];
    }

    // Traces below zero within the error allowed are written as zero; more of it is a failure.
    void write_concentrations(int l) {
        size_t b = vector_[l], at = next_time_[l]++;
        double* out = job_.concentrations + (b * job_.times_count + at) * p_.species;
        double lowest = 0;
        for (int32_t i = 0; i < p_.species; ++i) {
            double value = lane(output_, p_.slot_of[i], l);
            lowest = value < lowest ? value : lowest;
            out[i] = value < 0 ? 0 : value;
        }
        next_.data()[l] = next_time_[l] < job_.times_count
                              ? job_.times_of(b)[next_time_[l]]
                              : std::numeric_limits<double>::infinity();
        if (lowest < -allowed_below(b) && !(fallen_.data()[l] > 0)) {
            fallen_.data()[l] = 1;
            intact_until_[l] = at > 0 ? job_.times_of(b)[at - 1] : 0;
        }
    }

    void prepare_dense(const V* U, V* to) {
        for (int32_t i = 0; i < n_; ++i)
            for (int k = 0; k < 3; ++k) {
                V sum{};
#pragma GCC unroll 8
                for (int j = 0; j < 8; ++j) sum = fma(rodas5p::dense[k][j], U[j * n_ + i], sum);
                to[k * n_ + i] = sum;
            }
    }

    INLINE V interpolated(const V& start, const V& end, const V* dense, const V& theta) {
        V rest = V::all(1) - theta;
        V inner = fma(theta, fma(theta, dense[2 * n_], dense[n_]), dense[0]);
        return fma(theta, fma(rest, inner, end), rest * start);
    }

#include "columns.hpp"
};

// Take vectors from the job until none is left.
static void advance(Job& job, size_t share) {
    constexpr int sixteen = 16 / WIDTH, eight = 8 / WIDTH;
    if (job.columns_count > 0) {
        if (share > 8)
            Group<sixteen, true>(job).run();
        else
            Group<eight, true>(job).run();
        return;
    }
#if WIDTH == 8
    // Twice as many lanes hide the latency of sums, as long as all of them stay near the core.
    using Wide = Group<32 / WIDTH, false>;
    if (share > 16 && Wide::room_without_derivatives(*job.program) * 32 * sizeof(double) < 65536) {
        Wide(job).run();
        return;
    }
#endif
    if (share > 8)
        Group<sixteen, false>(job).run();
    else
        Group<eight, false>(job).run();
}
