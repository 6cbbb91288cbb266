#!/bin/bash
# bench.sh - the figures, on a release build. Each is printed with its ratio to a floor of the same run. CASES changes the large instance. HASHES the size of the index, TERMS the terms counted.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
tools/packages.sh run build bench
TARGETS="programs figures" tools/build.sh release --buildtype release --prefix /usr/local --libexecdir libexec
K=$here/build/release/programs/keten/keten B=$here/build/release/bench
top=$(mktemp -d) server=
finish() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$top"; }
trap finish EXIT
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid nobody --regid nogroup --clear-groups "$@"; else "$@"; fi; }
chmod 755 "$top"

"$B/bench_pdq" 300
"$B/bench_near" "${HASHES:-10000000}" 500
"$B/bench_shards" "${HASHES:-10000000}" 500
"$B/bench_near" "${HASHES:-10000000}" 500 "$top/index" # as a bank has it
rm -f "$top/index"
mkdir "$top/grow" && "$B/bench_grow" "$top/grow/bank" 1000000 "${COMING:-1000000}" && rm -rf "$top/grow" # questions while a million hashes come
"$B/bench_gate" "$here/build/release/programs/gate/keten-gate" "${HASHES:-10000000}" "$((${SECONDS_EACH:-8} * 500))"
"$B/bench_pictures" "$here/build/release/programs/media/keten-media" 500
"$B/bench_videos" "$here/build/release/programs/video/keten-video" 500
if command -v node >/dev/null 2>&1; then node bench/wasm.js "$here/build/release/browser"; fi
"$B/bench_law" "${TERMS:-1000000}"
"$B/bench_dossier" "$K" "$top" "${DOSSIER_MB:-1000}"
"$B/bench_ledger" "${SECONDS_EACH:-8}" 256
"$B/bench_acts" 8 "${SECONDS_EACH:-8}"

# Official statements: a day made for it, from its zip to the cube. A real day has 18 to 28 million rows; with fewer than some millions what is done once counts more than reading.
(cd "$top" && "$K" sor generate --rows "${SOR_ROWS:-4000000}" >/dev/null)
"$B/bench_sor" "$top"/sor-global-*.zip
[ -d test/sor/node_modules ] || (cd test/sor && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) || true # DuckDB, to compare with
python3 bench/sor_peer.py "$K" "$B/bench_sor" "$top"/sor-global-*.zip
rm "$top"/sor-global-*

# A supervisor's questions over a year of them.
mkdir "$top/years"
"$B/bench_sorask" "$top/years"

# A quiet server over an instance of N cases: start-up, memory, pages.
measure() {
  local n=$1 dir=$top/i$1 port=$2
  mkdir "$dir"
  [ "$(id -u)" != 0 ] || chown nobody:nogroup "$dir"
  "$K" init --data "$dir" --demo --port "$port" >/dev/null
  sed -i "s/^[;# ]*behind_proxy *=.*/behind_proxy = 127.0.0.1/; s/^[;# ]*connections_per_address *=.*/connections_per_address = 400/" "$dir/keten.conf"
  as "$B/bench_fill" "$dir" "$n"
  local t0 t1
  t0=$(date +%s%N)
  "$K" serve --data "$dir" >"$top/said" 2>"$top/log" & server=$!
  until grep -q '^Keten: ' "$top/said" 2>/dev/null; do sleep 0.005; kill -0 $server; done
  t1=$(date +%s%N)
  echo "start-up with $n cases: $(( (t1 - t0) / 1000000 )) ms (goal under 300)"
  sleep 15 # idle: the daily work is done, and who has nothing to do gave its memory back
  local pss=0 p
  for p in $server $(pgrep -P $server) $(pgrep -P "$(pgrep -d, -P $server)" 2>/dev/null || true); do
    pss=$((pss + $(awk '/^Pss:/ {s += $2} END {print s + 0}' /proc/$p/smaps_rollup 2>/dev/null || echo 0)))
  done
  echo "all processes together, idle: $((pss / 1024)) MB (PSS; goal under 56)"
  "$B/bench_load" "http://localhost:$port" "$(cat "$dir/demo.password")" 50 "${SECONDS_EACH:-8}" "$n" || true
  kill $server; wait $server 2>/dev/null || true; server=
}
measure 1000 8931
measure "${CASES:-100000}" 8941

python3 bench/watch_run.py "$K" "$B/bench_watch_fill" "$top" "${WATCHED:-100000}" "$((${SECONDS_EACH:-8} * 7))"

if "$K" simulate --help >/dev/null 2>&1; then
  echo "a simulated year of ${YEAR_CASES:-12206} cases (goal under 300 s):"
  t0=$(date +%s)
  "$K" simulate --seed 1 --cases "${YEAR_CASES:-12206}" --year 2024
  echo "  took $(( $(date +%s) - t0 )) s"
fi
