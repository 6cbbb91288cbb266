#!/bin/sh
# run.sh - from a fresh clone to a server one can click through. The second time it takes less than a second.
# As root nothing is served by root: programs and data stand under /var/lib/keten-run, owned by the system user keten.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
tools/packages.sh run build
TARGETS=programs tools/build.sh release --buildtype release --prefix /usr/local --libexecdir libexec
if [ "$(id -u)" = 0 ]; then
  id keten >/dev/null 2>&1 || useradd --system --home-dir /var/lib/keten-run --shell /usr/sbin/nologin keten
  root=/var/lib/keten-run/$(printf '%s' "$here" | cksum | cut -d' ' -f1)
  mkdir -p "$root"
  chmod 0755 /var/lib/keten-run "$root"
  # Installed only when something was built: the clone may be in a home nobody else can enter.
  if [ ! -f "$root/.installed" ] || [ -n "$(find build/release -name 'keten*' -type f -perm -100 -newer "$root/.installed" -print -quit)" ]; then
    meson install -C build/release --no-rebuild --quiet --destdir "$root"
    touch "$root/.installed"
  fi
  keten=$root/usr/local/bin/keten
  data=${DATA:-$root/instance}
else
  keten=$here/build/release/programs/keten/keten
  data=${DATA:-$here/instance}
fi
exec "$keten" run --data "$data" ${PORT:+--port "$PORT"}
