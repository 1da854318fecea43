// The matrix 1/(gamma h) I - J in factors, and what it solves.

// L and U of 1/(gamma h) I - J; the diagonal of U is kept as its inverse.
template <int N, bool D>
void Group<N, D>::factorise(const V& inverse_gamma_h) {
    const double* weight = p_.jacobian_terms.weight.data();
    const int32_t* slope = p_.jacobian_terms.index.data();
    const int32_t* pair = p_.lu.pairs.data();
    const V one = V::all(1);
    const Entry* entry = p_.lu.entries.data();
    const Entry* end = entry + p_.lu.entries.size();
    V* out = w_.lu;
    for (; entry != end; ++entry, ++out) {
        V sum = entry->row == entry->column ? inverse_gamma_h : V{};
        for (int32_t t = entry->terms_begin; t < entry->terms_end; ++t)
            sum = fnma(weight[t], w_.g[slope[t]], sum);
        for (int32_t q = entry->pairs_begin; q < entry->pairs_end; ++q)
            sum = fnma(w_.lu[pair[2 * q]], w_.lu[pair[2 * q + 1]], sum);
        if (entry->column < entry->row) {
            *out = sum * w_.inverse[entry->column];
        } else {
            *out = sum;
            if (entry->column == entry->row) w_.inverse[entry->row] = one / sum;
        }
    }
}

template <int N, bool D>
INLINE Lanes<N> Group<N, D>::lowered(int32_t i, const V* x, V sum) {
    for (int32_t at = p_.lu.lower_begin[i]; at < p_.lu.lower_begin[i + 1]; ++at)
        sum = fnma(w_.lu[p_.lu.lower_entry[at]], x[p_.lu.lower_column[at]], sum);
    return sum;
}

template <int N, bool D>
INLINE void Group<N, D>::raise(V* x) {
    for (int32_t i = n_ - 1; i >= 0; --i) {
        V sum = x[i];
        for (int32_t at = p_.lu.upper_begin[i]; at < p_.lu.upper_begin[i + 1]; ++at)
            sum = fnma(w_.lu[p_.lu.upper_entry[at]], x[p_.lu.upper_column[at]], sum);
        x[i] = sum * w_.inverse[i];
    }
}
