// Concentrations at the times asked for, by the method's dense output.

// Write what was asked for within the step, by the method's dense output. All lanes are
// interpolated, each at its own next time; those that have one in this step write it.
template <int N, bool D>
void Group<N, D>::write_outputs(const V& arrival) {
    V writes = accepted_ * at_most(next_, arrival);
    uint32_t writing = bits(writes);
    if (!writing) return;
    prepare_dense(w_.U, w_.dense);
    const V inverse_h = V::all(1) / h_;
    do {
        V theta = choose(writes, (next_ - t_) * inverse_h, V{});
        for (int32_t i = 0; i < n_; ++i)
            w_.output[i] = interpolated(w_.start[i], w_.stage[i], w_.dense + i, theta);
        follow_eliminated(w_.output);
        if constexpr (D) write_columns(writes, theta);
        for (; writing; writing &= writing - 1) write_concentrations(__builtin_ctz(writing));
        writes = accepted_ * at_most(next_, arrival);
        writing = bits(writes);
    } while (writing);
}

// Traces below zero within the error allowed are written as zero; more of it is a failure.
template <int N, bool D>
void Group<N, D>::write_concentrations(int l) {
    size_t b = vector_[l], at = next_time_[l]++;
    double* out = job_.concentrations + (b * job_.times_count + at) * p_.species;
    bool fallen = false;
    for (int32_t i = 0; i < p_.species; ++i) {
        double value = lane(w_.output, p_.slot_of[i], l);
        fallen = fallen || value < lowest(b, i);
        out[i] = value < 0 ? 0 : value;
    }
    next_.data()[l] = next_time_[l] < job_.times_count ? job_.times_of(b)[next_time_[l]]
                                                       : std::numeric_limits<double>::infinity();
    if (fallen && !(fallen_.data()[l] > 0)) {
        fallen_.data()[l] = 1;
        intact_until_[l] = at > 0 ? job_.times_of(b)[at - 1] : 0;
    }
}

template <int N, bool D>
void Group<N, D>::prepare_dense(const V* U, V* to) {
    for (int32_t i = 0; i < n_; ++i)
        for (int k = 0; k < 3; ++k) {
            V sum{};
#pragma GCC unroll 8
            for (int j = 0; j < 8; ++j) sum = fma(rodas5p::dense[k][j], U[j * n_ + i], sum);
            to[k * n_ + i] = sum;
        }
}

template <int N, bool D>
INLINE Lanes<N> Group<N, D>::interpolated(const V& start, const V& end, const V* dense,
                                          const V& theta) {
    V rest = V::all(1) - theta;
    V inner = fma(theta, fma(theta, dense[2 * n_], dense[n_]), dense[0]);
    return fma(theta, fma(rest, inner, end), rest * start);
}
