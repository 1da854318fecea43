// One step of all lanes, by the method's eight stages; how long the next one is.

template <int N, bool D>
void Group<N, D>::follow_eliminated(V* c) {
    for (int32_t e = 0; e < p_.eliminated.rows(); ++e) {
        V sum = w_.totals[e];
        for (int32_t at = p_.eliminated.begin[e]; at < p_.eliminated.begin[e + 1]; ++at)
            sum = fma(p_.eliminated.weight[at], c[p_.eliminated.index[at]], sum);
        c[n_ + e] = sum;
    }
}

// Stage s of the states: `to` becomes start + sum a U, `sums` sum c U / h.
template <int N, bool D>
template <int s>
INLINE void Group<N, D>::combine(const V* start, const V* U, V* to, V* sums, const V& inverse_h) {
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

// Stages differ in what they combine; the rest of them stands in the program once.
template <int N, bool D>
template <int s>
INLINE void Group<N, D>::stage(const V& inverse_h) {
    combine<s>(w_.start, w_.U, w_.stage, w_.sums, inverse_h);
    solve_stage(s);
}

template <int N, bool D>
void Group<N, D>::solve_first_stage() {
    for (int32_t i = 0; i < n_; ++i) w_.U[i] = lowered(i, w_.U, w_.f0[i]);
    raise(w_.U);
    if constexpr (D) keep_direction(0);
}

template <int N, bool D>
void Group<N, D>::solve_stage(int s) {
    V* U = w_.U + s * n_;
    follow_eliminated(w_.stage);
    rates(p_, w_.stage, w_.K, w_.v);
    if (p_.has_laws()) law_rates(w_.stage);
    if constexpr (D) {
        slopes(p_, w_.stage, w_.K, w_.g);
        if (p_.has_laws()) law_slopes(w_.g);
        keep_stage(s, w_.stage);
    }
    for (int32_t i = 0; i < n_; ++i) U[i] = lowered(i, U, row_sum(p_.right, i, w_.v, w_.sums[i]));
    raise(U);
    if constexpr (D) keep_direction(s);
}

template <int N, bool D>
void Group<N, D>::step() {
    begin_step();
    const V one = V::all(1), inverse_h = one / h_;
    factorise(inverse_h * V::all(1 / rodas5p::gamma));
    const V* atol = allowances(inverse_h);
    solve_first_stage();
    stage<1>(inverse_h);
    stage<2>(inverse_h);
    stage<3>(inverse_h);
    stage<4>(inverse_h);
    stage<5>(inverse_h);
    stage<6>(inverse_h);
    stage<7>(inverse_h);
    const V* error = w_.U + 7 * n_;
    V* end = w_.stage;
    for (int32_t i = 0; i < n_; ++i) end[i] = end[i] + error[i];
    follow_eliminated(end);
    V squares{};
    const V rtol = V::all(job_.tolerance.rtol);
    for (int32_t i = 0; i < p_.species; ++i) {
        V one_error = i < n_ ? error[i] : row_sum(p_.eliminated, i - n_, error, V{});
        // Makes a state that has overflowed an error that is not a number.
        one_error = fma(V{}, end[i], one_error);
        V allowed = fma(rtol, larger(size(w_.start[i]), size(end[i])), atol[i]);
        V ratio = one_error / allowed;
        squares = fma(ratio, ratio, squares);
    }
    V mean = squares * V::all(1.0 / (p_.species ? p_.species : 1));
    if constexpr (D) step_columns(inverse_h, mean);
    control(mean);
}

template <int N, bool D>
void Group<N, D>::begin_step() {
    rates(p_, w_.start, w_.K, w_.v);
    slopes(p_, w_.start, w_.K, w_.g);
    if (p_.has_laws()) {
        law_rates(w_.start);
        law_slopes(w_.g);
    }
    if constexpr (D) {
        slopes(p_, w_.start, w_.Kq, w_.g0);
        keep_stage(0, w_.start);
    }
    for (int32_t i = 0; i < n_; ++i) w_.f0[i] = row_sum(p_.right, i, w_.v, V{});
    for (int l = 0; l < L; ++l)
        if (new_lane_[l]) first_step(l);
}

// A step in which the fastest change is a small share of what there is.
template <int N, bool D>
void Group<N, D>::first_step(int l) {
    const double* ceiling = job_.ceilings + vector_[l] * p_.species;
    double fastest = 0;
    for (int32_t i = 0; i < n_; ++i) {
        double slope = std::fabs(lane(w_.f0, i, l)) / ceiling[p_.species_of[i]];
        if (!(slope <= fastest)) fastest = slope;
    }
    double h = 0.1 * std::pow(job_.tolerance.rtol, 0.2) / fastest;
    const double most = std::min(end_, job_.tolerance.largest_step);
    h_.data()[l] = h > 0 && h < most ? h : most;
    new_lane_[l] = false;
}

// Accept or reject, write outputs, and choose the next step of every lane.
template <int N, bool D>
void Group<N, D>::control(const V& mean) {
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
            w_.start[i] = choose(accepted_, w_.stage[i], w_.start[i]);
        if constexpr (D) accept_columns();
        t_ = choose(accepted_, arrival, t_);
    }
    steps_ = steps_ + active_;
    rejected_ = active_ - accepted_;
    V left = end - t_, h = smaller(h_ * factor, V::all(job_.tolerance.largest_step));
    V almost = choose(at_most(left, h + h), V::all(0.5) * left, h);
    h_ = choose(active_, choose(at_most(left, V::all(1.01) * h), left, almost), one);
    V written = at_most(V::all(std::numeric_limits<double>::max()), next_);
    V useless = at_most(h_, V::all(1e-15) * t_ + V::all(1e-200));
    V ended = fallen_ + written + useless + at_most(V::all(job_.tolerance.max_steps), steps_);
    if (any(ended * active_)) end_lanes(ended, written, useless);
}

template <int N, bool D>
void Group<N, D>::end_lanes(const V& ended, const V& written, const V& useless) {
    for (int l = 0; l < L; ++l) {
        if (vector_[l] == nobody || !(ended.data()[l] > 0)) continue;
        if (fallen_.data()[l] > 0) {
            finish(l, negative, intact_until_[l]);
            continue;
        }
        Status status = written.data()[l] > 0 ? completed : useless.data()[l] > 0 ? stalled : spent;
        finish(l, status, t_.data()[l]);
    }
}
