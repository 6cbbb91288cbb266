#!/bin/sh
# fuzz.sh - libFuzzer over every target, FUZZ_SECONDS each (default 600). New inputs stay in build/fuzz/corpus.
set -eu
cd "$(dirname "$0")/.."
tools/packages.sh build test
CC=clang tools/build.sh fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
bad=0
for target in build/fuzz/test/fuzz/fuzz_*; do
  [ -f "$target" ] && [ -x "$target" ] || continue
  name=${target##*/fuzz_}
  mkdir -p "build/fuzz/corpus/$name" "build/fuzz/found/$name"
  echo "fuzz $name, ${FUZZ_SECONDS:-600} s"
  "$target" -max_total_time="${FUZZ_SECONDS:-600}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 -artifact_prefix="build/fuzz/found/$name/" \
    "build/fuzz/corpus/$name" "test/fuzz/$name" || { echo "NOT OK: $name; the input is in build/fuzz/found/$name"; bad=1; }
done
exit $bad
