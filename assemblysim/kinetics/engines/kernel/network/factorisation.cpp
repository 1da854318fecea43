#include "network/factorisation.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace assemblysim {
namespace {

constexpr size_t most_pairs = 10 * most_numbers;
constexpr auto too_full = "the factors of the Jacobian are too full";

// Minimum local fill (Markowitz, Management Sci. 3, 255-269, 1957) along the diagonal: at each
// step the state whose row and column are the shortest goes first. The pattern becomes that of
// the factors.
class Pivots {
public:
    explicit Pivots(const std::vector<Bits>& pattern)
        : n_(static_cast<int32_t>(pattern.size())),
          rows_(pattern),
          columns_(pattern.size(), no_bits(n_)),
          done_(pattern.size(), false) {
        for (int32_t i = 0; i < n_; ++i)
            for (int32_t j = 0; j < n_; ++j)
                if (has(rows_[i], j)) set(columns_[j], i);
        for (int32_t i = 0; i < n_; ++i) {
            in_row_.push_back(count(rows_[i]));
            in_column_.push_back(count(columns_[i]));
        }
    }

    std::vector<int32_t> order() {
        std::vector<int32_t> order;
        int64_t pairs = 0;
        for (int32_t step = 0; step < n_; ++step) {
            order.push_back(best());
            pairs += fill(order.back());
            require(pairs <= static_cast<int64_t>(most_pairs), too_full);
            eliminate(order.back());
        }
        return order;
    }

private:
    int32_t n_;
    std::vector<Bits> rows_, columns_;
    std::vector<int64_t> in_row_, in_column_;
    std::vector<bool> done_;

    int32_t best() const {
        int32_t best = -1;
        int64_t least = std::numeric_limits<int64_t>::max();
        for (int32_t i = 0; i < n_; ++i) {
            if (done_[i]) continue;
            if (fill(i) < least) {
                least = fill(i);
                best = i;
            }
        }
        return best;
    }

    // Of how many products of L and U a pivot makes the differences.
    int64_t fill(int32_t i) const { return (in_row_[i] - 1) * (in_column_[i] - 1); }

    void eliminate(int32_t pivot) {
        done_[pivot] = true;
        Bits row = rows_[pivot], column = columns_[pivot];
        clear(row, pivot);
        clear(column, pivot);
        for (int32_t i = 0; i < n_; ++i) {
            if (done_[i]) continue;
            if (has(column, i)) in_row_[i] = filled(rows_[i], row, pivot);
            if (has(row, i)) in_column_[i] = filled(columns_[i], column, pivot);
        }
    }

    static int64_t filled(Bits& bits, const Bits& others, int32_t pivot) {
        join(bits, others);
        clear(bits, pivot);
        return count(bits);
    }
};

class Factoriser {
public:
    Factoriser(const SparseRows& jacobian, const SparseRows& terms)
        : n_(jacobian.rows()),
          jacobian_(jacobian),
          terms_(terms),
          entry_at_(static_cast<size_t>(n_), -1),
          upper_rows_(static_cast<size_t>(n_)) {}

    Factorisation made() {
        for (int32_t i = 0; i < n_; ++i) add_row(i);
        return std::move(made_);
    }

private:
    int32_t n_;
    const SparseRows &jacobian_, &terms_;
    Factorisation made_;
    std::vector<int32_t> entry_at_;  // the newest entry of each column
    std::vector<std::vector<std::pair<int32_t, int32_t>>> upper_rows_;  // (column, entry)

    // Columns in which row i of L and U has entries, in order.
    std::vector<int32_t> columns_of(int32_t i) const {
        Bits in_row = no_bits(n_);
        set(in_row, i);
        for (int32_t e = jacobian_.begin[i]; e < jacobian_.begin[i + 1]; ++e)
            set(in_row, jacobian_.index[e]);
        for (int32_t k = 0; k < i; ++k)
            if (has(in_row, k))
                for (auto [j, entry] : upper_rows_[k]) set(in_row, j);
        std::vector<int32_t> columns;
        for (int32_t j = 0; j < n_; ++j)
            if (has(in_row, j)) columns.push_back(j);
        return columns;
    }

    // For each entry of row i, the products of L and U that are subtracted.
    std::vector<std::vector<int32_t>> pairs_of(int32_t i, const std::vector<int32_t>& columns) {
        auto first = static_cast<int32_t>(made_.entries.size());
        for (size_t c = 0; c < columns.size(); ++c)
            entry_at_[columns[c]] = first + static_cast<int32_t>(c);
        std::vector<std::vector<int32_t>> pairs(columns.size());
        for (int32_t k : columns) {
            if (k >= i) break;
            for (auto [j, entry] : upper_rows_[k]) {
                auto& list = pairs[static_cast<size_t>(entry_at_[j] - first)];
                list.push_back(entry_at_[k]);
                list.push_back(entry);
            }
        }
        return pairs;
    }

    void add_row(int32_t i) {
        const auto columns = columns_of(i);
        const auto pairs = pairs_of(i, columns);
        int32_t term = jacobian_.begin[i];
        for (size_t c = 0; c < columns.size(); ++c) {
            int32_t j = columns[c];
            Entry made{i, j, 0, 0, pair_count(), 0};
            if (term < jacobian_.begin[i + 1] && jacobian_.index[term] == j) {
                made.terms_begin = terms_.begin[term];
                made.terms_end = terms_.begin[term + 1];
                ++term;
            }
            made_.pairs.insert(made_.pairs.end(), pairs[c].begin(), pairs[c].end());
            require(made_.pairs.size() <= 2 * most_pairs, too_full);
            made.pairs_end = pair_count();
            add(made);
        }
        made_.lower_begin.push_back(static_cast<int32_t>(made_.lower_entry.size()));
        made_.upper_begin.push_back(static_cast<int32_t>(made_.upper_entry.size()));
    }

    int32_t pair_count() const { return static_cast<int32_t>(made_.pairs.size() / 2); }

    void add(const Entry& made) {
        auto entry = static_cast<int32_t>(made_.entries.size());
        made_.entries.push_back(made);
        if (made.column < made.row) {
            made_.lower_entry.push_back(entry);
            made_.lower_column.push_back(made.column);
        } else if (made.column > made.row) {
            upper_rows_[made.row].emplace_back(made.column, entry);
            made_.upper_entry.push_back(entry);
            made_.upper_column.push_back(made.column);
        }
    }
};

}  // namespace

std::vector<int32_t> pivot_order(const std::vector<Bits>& pattern) {
    return Pivots(pattern).order();
}

Factorisation factorisation_of(const SparseRows& jacobian, const SparseRows& terms) {
    return Factoriser(jacobian, terms).made();
}

}  // namespace assemblysim
