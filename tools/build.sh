#!/bin/sh
# build.sh NAME MESON_OPTIONS... - builds into build/NAME; quiet when there is nothing to do. TARGETS: of those only.
set -eu
cd "$(dirname "$0")/.."
name=$1; shift
dir=build/$name
if [ ! -f "$dir/build.ninja" ]; then
  echo "Setting up $dir ..."
  rm -rf "$dir"
  meson setup "$dir" "$@" > "/tmp/.keten-meson.$$" 2>&1 || { cat "/tmp/.keten-meson.$$"; rm -f "/tmp/.keten-meson.$$"; exit 1; }
  rm -f "/tmp/.keten-meson.$$"
fi
# A new file in an sql folder is only seen when meson looks again.
if [ -n "$(find core steps programs law -newer "$dir/build.ninja" \( -name '*.sql' -o -type d \) -print -quit 2>/dev/null)" ]; then
  meson setup --reconfigure "$dir" >/dev/null 2>&1 || true
  touch "$dir/build.ninja"
fi
if [ -t 1 ]; then ninja -C "$dir" --quiet ${TARGETS:-} || exit 1
else ninja -C "$dir" ${TARGETS:-} > "$dir/ninja.log" 2>&1 || { grep -E 'error|FAILED|warning' "$dir/ninja.log" | head -50; tail -5 "$dir/ninja.log"; exit 1; }
fi
