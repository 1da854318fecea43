#!/usr/bin/env bash
# Builds the native engine with the address and undefined-behaviour sanitizers and fuzzes it.
# Usage: tests/kinetics/engines/kernel/run.sh PYTHON [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/../../../.."
python=$1 rounds=${2:-150} kernel=assemblysim/kinetics/engines/kernel
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

include=$("$python" -c "import sysconfig; print(sysconfig.get_path('include'))")
flags=(-std=c++17 -O1 -g -ffp-contract=off -Wno-psabi -fPIC -pthread "-I$kernel" "-I$include"
  -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all)
find "$kernel" -name '*.cpp' |
  xargs -P 2 -I{} sh -c 'g++ "$@" -c {} -o "$0/$(echo {} | tr / -).o"' "$build" "${flags[@]}"
g++ -shared -pthread -fsanitize=address,undefined "$build"/*.o -o "$build/_kernel.so"
# Python itself is not built with the sanitizer, which therefore has to be loaded first.
LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 "$python" -W error tests/kinetics/engines/kernel/fuzz.py "$build/_kernel.so" "$rounds"
