#!/bin/bash
# soak.sh - simulated years for an hour, a new seed each time; stops at the first that does not hold and says which seed it was.
# SOAK_SECONDS changes how long, SOAK_CASES how large a year is, SOAK_SEED where the seeds begin.
set -u
cd "$(dirname "$0")/.." || exit 1
tools/packages.sh run build || exit 1
TARGETS="programs figures" tools/build.sh release --buildtype release --prefix /usr/local --libexecdir libexec || exit 1
# A hundred million official statements, every line and every cell; SOR_ROWS=0 leaves it out. Needs ten gigabytes in TMPDIR, and npm.
if [ "${SOR_ROWS:-100000000}" != 0 ]; then
  [ -d test/sor/node_modules ] || (cd test/sor && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error) || exit 1
  python3 test/sor/soak.py build/release/programs/keten/keten law/crosswalk.csv "${SOR_ROWS:-100000000}" || exit 1
  SECONDS=0
fi
# A hundred million hashes in an index, from its file: every planted one must be found, and the answers be those of going through all. HASHES=0 leaves it out. Needs 14 GB in TMPDIR, and
# 17 GB of memory while it is made.
if [ "${HASHES:-100000000}" != 0 ]; then
  index=$(mktemp) && build/release/bench/bench_near "${HASHES:-100000000}" 1000 "$index" || { rm -f "$index"; exit 1; }
  SECONDS=0
fi
# A list of a million hashes of another server is read over the StopNCII protocol, and all are withdrawn at once; then the same the other way, through our feed into a platform's bank. LIST_ROWS=0 leaves it out. Some minutes.
if [ "${LIST_ROWS:-1000000}" != 0 ]; then
  ninja -C build/release test/banknet/bank_net_test >/dev/null || exit 1
  build/release/test/banknet/bank_net_test build/release/programs/fetch/keten-fetch build/release/programs/media/keten-media test/banknet/world.py test/fuzz/picture/jpeg "${LIST_ROWS:-1000000}" || exit 1
  ninja -C build/release programs/keten/feed_fill >/dev/null || exit 1
  python3 test/feed/soak.py build/release/programs/keten/keten build/release/programs/keten/feed_fill "${LIST_ROWS:-1000000}" || exit 1
  SECONDS=0
fi
# Fifty thousand bounces at once: none is lost, and one thing follows. BOUNCES=0 leaves it out.
if [ "${BOUNCES:-50000}" != 0 ]; then
  ninja -C build/release test/takedown/mail_in_test programs/media/keten-media >/dev/null || exit 1
  build/release/test/takedown/mail_in_test build/release/programs/media/keten-media test/mail/samples.txt "${BOUNCES:-50000}" || exit 1
  SECONDS=0
fi
seconds=${SOAK_SECONDS:-3600} cases=${SOAK_CASES:-1500} seed=${SOAK_SEED:-$(date +%s)} years=0
while [ "$SECONDS" -lt "$seconds" ]; do
  build/release/programs/keten/keten simulate --seed "$seed" --cases "$cases" --crashes 40 > build/soak.log 2>&1
  code=$?
  if [ "$code" != 0 ]; then
    cat build/soak.log
    echo "seed $seed with $cases cases does not hold (exit code $code); again with: keten simulate --seed $seed --cases $cases --crashes 40"
    exit 1
  fi
  years=$((years + 1))
  printf '%ds  seed %s: %s\n' "$SECONDS" "$seed" "$(head -1 build/soak.log)"
  seed=$((seed + 1))
done
echo "$years simulated years held."
