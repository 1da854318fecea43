#!/usr/bin/env bash
# Checks how the native engine is laid out and written: clang-format, clang-tidy.
# Usage: tests/kinetics/engines/kernel/lint.sh BIN, the folder of Python and of both tools
set -euo pipefail
cd "$(dirname "$0")/../../../.."
bin=$1 kernel=assemblysim/kinetics/engines/kernel

find "$kernel" -name '*.[ch]pp' -print0 | xargs -0 "$bin/clang-format" --dry-run --Werror
include=$("$bin/python" -c "import sysconfig; print(sysconfig.get_path('include'))")
find "$kernel" -name '*.cpp' -print0 | xargs -0 -P 2 -I{} "$bin/clang-tidy" --quiet {} -- \
  -std=c++17 -Wall -Wextra -Wno-unused-parameter "-I$kernel" -isystem "$include"
