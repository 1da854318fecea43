// Forward sensitivities, as the exact derivative of the method's step. With s the derivative of y
// by a parameter q, differentiating each stage gives
//   (1/(gamma h) I - J(y)) Z_i = J(Y_i) (s + sum a Z) + H(y)[U_i] s + f_q(Y_i) + J_q(y) U_i
//                                + sum (c / h) Z,
// with the factors that the states have (H: how J turns along U_i). So derivatives have the
// method's order, and columns share J(Y_i), H(y)[U_i] and the factorisation.

// Errors of derivatives, in the units of their scales, may be larger than those of the
// concentrations by these factors.
constexpr double absolute_slack = 100, relative_slack = 10;

// After the rates and slopes of a stage are known: J, and f by each constant.
template <int N, bool D>
void Group<N, D>::keep_stage(int s, const V* c) {
    V* J = jacobian_at(s);
    for (size_t e = 0; e < p_.jacobian.index.size(); ++e)
        J[e] = row_sum(p_.jacobian_terms, static_cast<int32_t>(e), w_.g, V{});
    V* Q = by_constant_at(s);
    rates(p_, c, w_.Kq, Q);
    if (!p_.has_laws()) return;
    play(p_.law_by_constant, narrow_inputs());
    for (size_t e = 0; e < p_.constant_of_law_entry.size(); ++e)
        Q[p_.monomials + e] = w_.registers[p_.law_by_constant.outputs[e]] *
                              w_.constant_scale[p_.constant_of_law_entry[e]];
}

// After a stage's U is known: how J turns along it, and J by each constant times it.
template <int N, bool D>
void Group<N, D>::keep_direction(int s) {
    const V* U = w_.U + s * n_;
    for (int32_t i = 0; i < n_; ++i) w_.direction[i] = U[i];
    for (int32_t e = 0; e < p_.eliminated.rows(); ++e)
        w_.direction[n_ + e] = row_sum(p_.eliminated, e, U, V{});
    slopes_along(p_, w_.start, w_.direction, w_.K, w_.turn);
    V* Q = by_constant_at(s);
    for (const auto& group : p_.groups)
        for (int32_t r = group.first; r < group.last; ++r)
            for (int32_t i = 0; i < group.order; ++i) {
                size_t place = group.slots + size_t(r - group.first) * group.order + i;
                Q[r] = fma(w_.g0[place], w_.direction[p_.reactant_slots[place]], Q[r]);
            }
    if (p_.has_laws()) {
        load(w_.start, 0);
        load(w_.direction, narrow_inputs());
        play(p_.second, wide_inputs());
        for (size_t i = 0; i < p_.second.outputs.size(); ++i)
            w_.turn[first_law_slope() + i] = w_.registers[p_.second.outputs[i]];
        play(p_.second_by_constant, wide_inputs());
        for (size_t e = 0; e < p_.constant_of_law_entry.size(); ++e)
            Q[p_.monomials + e] =
                fma(w_.registers[p_.second_by_constant.outputs[e]],
                    w_.constant_scale[p_.constant_of_law_entry[e]], Q[p_.monomials + e]);
    }
    V* M = turn_at(s);
    for (size_t e = 0; e < p_.jacobian.index.size(); ++e)
        M[e] = row_sum(p_.second_terms, static_cast<int32_t>(e), w_.turn, V{});
}

template <int N, bool D>
template <int s>
INLINE void Group<N, D>::column_stage(size_t m, V* Z_of, const V& inverse_h) {
    combine<s>(w_.s + m * n_, Z_of, w_.shifted, w_.zsum, inverse_h);
    solve_column_stage(m, Z_of, s);
}

template <int N, bool D>
void Group<N, D>::solve_column_stage(size_t m, V* Z_of, int s) {
    const V* sensitivity = w_.s + m * n_;
    V* Z = Z_of + s * n_;
    const V *J = jacobian_at(s), *M = turn_at(s), *Q = by_constant_at(s);
    int32_t constant = job_.columns[m];
    const Program::Influence *one = nullptr, *end = nullptr;
    if (constant < p_.constants) {
        one = p_.influence[constant].data();
        end = one + p_.influence[constant].size();
    }
    for (int32_t i = 0; i < n_; ++i) {
        V sum = w_.zsum[i];
        for (int32_t e = p_.jacobian.begin[i]; e < p_.jacobian.begin[i + 1]; ++e) {
            int32_t j = p_.jacobian.index[e];
            sum = fma(J[e], w_.shifted[j], sum);
            sum = fma(M[e], sensitivity[j], sum);
        }
        for (; one != end && one->state == i; ++one) sum = fma(one->weight, Q[one->slot], sum);
        Z[i] = lowered(i, Z, sum);
    }
    raise(Z);
}

// Makes `worst` the largest of itself and of the columns' mean squared errors.
template <int N, bool D>
void Group<N, D>::step_columns(const V& inverse_h, V& worst) {
    const V rtol = V::all(job_.tolerance.rtol * relative_slack),
            share = V::all(1.0 / (n_ ? n_ : 1));
    for (size_t m = 0; m < columns_; ++m) {
        V* Z = w_.Z + m * 8 * n_;
        column_stage<0>(m, Z, inverse_h);
        column_stage<1>(m, Z, inverse_h);
        column_stage<2>(m, Z, inverse_h);
        column_stage<3>(m, Z, inverse_h);
        column_stage<4>(m, Z, inverse_h);
        column_stage<5>(m, Z, inverse_h);
        column_stage<6>(m, Z, inverse_h);
        column_stage<7>(m, Z, inverse_h);
        const V *start = w_.s + m * n_, *error = Z + 7 * n_;
        V* end = w_.s_end + m * n_;
        V squares{};
        for (int32_t i = 0; i < n_; ++i) {
            end[i] = w_.shifted[i] + error[i];
            V ratio = error[i] / fma(rtol, larger(size(start[i]), size(end[i])),
                                     w_.atol[i] * V::all(absolute_slack));
            squares = fma(ratio, ratio, squares);
        }
        squares = squares * share;
        worst = worse(worst, squares);
    }
}

template <int N, bool D>
void Group<N, D>::accept_columns() {
    for (size_t i = 0; i < columns_ * n_; ++i) w_.s[i] = choose(accepted_, w_.s_end[i], w_.s[i]);
}

// Derivatives at the output times of the lanes that write.
template <int N, bool D>
void Group<N, D>::write_columns(const V& writes, const V& theta) {
    for (size_t m = 0; m < columns_; ++m) {
        const V *start = w_.s + m * n_, *end = w_.s_end + m * n_;
        prepare_dense(w_.Z + m * 8 * n_, w_.column_dense);
        for (int32_t i = 0; i < n_; ++i)
            w_.column_output[i] = interpolated(start[i], end[i], w_.column_dense + i, theta);
        for (int l = 0; l < L; ++l)
            if (writes.data()[l] > 0) write_column(l, m, next_time_[l]);
    }
}

// Column m of one lane out of `column_output`.
template <int N, bool D>
void Group<N, D>::write_column(int l, size_t m, size_t at) {
    const double per = 1 / lane(w_.column_scale, m, l);
    double* out =
        job_.derivatives + (vector_[l] * job_.times_count + at) * p_.species * columns_ + m;
    for (int32_t i = 0; i < n_; ++i)
        out[p_.species_of[i] * columns_] = lane(w_.column_output, i, l) * per;
    for (int32_t e = 0; e < p_.eliminated.rows(); ++e) {
        double sum = 0;
        for (int32_t q = p_.eliminated.begin[e]; q < p_.eliminated.begin[e + 1]; ++q)
            sum += p_.eliminated.weight[q] * lane(w_.column_output, p_.eliminated.index[q], l);
        out[p_.species_of[n_ + e] * columns_] = sum * per;
    }
}
