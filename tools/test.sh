#!/bin/bash
# test.sh - every test. The last line says how many passed and failed.
# Keeps going after a failure, so that one run says all there is to say.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
say() { printf '== %s (%ds)\n' "$*" "$SECONDS"; }
count() { passed=$((passed + $1)); failed=$((failed + $2)); }
# A step that is one statement: it holds or it does not.
step() { local name=$1; shift; say "$name"; if "$@"; then count 1 0; else echo "not ok: $name"; count 0 1; fi; }
finish() { printf '%d passed, %d failed\n' "$passed" "$failed"; [ "$failed" = 0 ]; exit $?; }

say "packages"
tools/packages.sh run build test || { count 0 1; finish; }

say "build with sanitizers"
tools/build.sh test -Db_sanitize=address,undefined -Db_lundef=false || { echo "not ok: the build"; count 0 1; finish; }
count 1 0

# What the reader of official data is compared with; without it that comparison is skipped, and says so.
if [ ! -d test/sor/node_modules ] || [ test/sor/package-lock.json -nt test/sor/node_modules ]; then
  (cd test/sor && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && touch node_modules)
fi

# What the documents of the interface are judged by; without it that is skipped, and says so.
if [ ! -d test/api/node_modules ] || [ test/api/package-lock.json -nt test/api/node_modules ]; then
  (cd test/api && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && touch node_modules)
fi

# Another's reader of web archives.
if [ ! -d test/capture/node_modules ] || [ test/capture/package-lock.json -nt test/capture/node_modules ]; then
  (cd test/capture && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && touch node_modules)
fi

say "unit and integration tests"
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
meson test -C build/test --no-rebuild --print-errorlogs --num-processes "$(nproc)" --timeout-multiplier 4 2>&1 | grep -vE '^(ninja|$)' 
read -r ok bad < <(python3 tools/count_tests.py build/test/meson-logs/testlog.json)
count "$ok" "$bad"

say "floors, style and texts"
for check in tools/check_*.py; do step "${check#tools/}" python3 "$check"; done

say "clang"
step "clang compiles it all" env CC=clang tools/build.sh clang --buildtype debugoptimized

if [ -f test/browser/run.js ]; then
  say "browser tests"
  if [ ! -d test/browser/node_modules ] || [ test/browser/package-lock.json -nt test/browser/node_modules ]; then
    (cd test/browser && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && touch node_modules)
  fi
  log=build/test/browser.log
  timeout 900 node test/browser/run.js build/test 2>&1 | tee "$log"
  node_code=${PIPESTATUS[0]}
  ok=$(grep -cE '^ok ' "$log"); bad=$(grep -cE '^not ok ' "$log")
  if [ "$node_code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  count "$ok" "$bad"
fi
finish
