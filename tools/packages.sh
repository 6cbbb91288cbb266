#!/bin/sh
# packages.sh GROUP... - installs what is missing of packages.txt's groups. Fast when nothing is.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || { echo "use: tools/packages.sh run|build|test ..." >&2; exit 2; }
wanted=$(for group in "$@"; do sed -n "s/^$group \([a-z0-9.+-]*\) .*/\1/p" "$here/packages.txt"; done)
command -v dpkg-query >/dev/null 2>&1 || { echo "This is not a Debian machine. Install by hand what stands for these packages:" $wanted; exit 0; }
have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
missing=$(printf '%s\n' $wanted | sort -u | { printf '%s\n' "$have" | sort -u > "/tmp/.keten-have.$$"; comm -23 - "/tmp/.keten-have.$$"; rm -f "/tmp/.keten-have.$$"; })
[ -n "$missing" ] || exit 0
# A program of that name from elsewhere counts too: Node.js from another source brings its own npm.
missing=$(for name in $missing; do command -v "$name" >/dev/null 2>&1 || echo "$name"; done)
[ -n "$missing" ] || exit 0
echo "Missing packages:" $missing
if [ "$(id -u)" = 0 ]; then as=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as="sudo -n"
elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then as="sudo"
else
  echo "Not root, and no sudo. Install them, then run this again:"
  echo "  apt-get install" $missing
  exit 1
fi
echo "Installing them with apt-get ..."
export DEBIAN_FRONTEND=noninteractive
$as apt-get -qq -o Acquire::Retries=3 update
$as env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 --no-install-recommends install $missing >/dev/null
# nginx's own service would take port 80; Keten starts its own nginx.
if [ -d /run/systemd/system ] && printf '%s\n' $missing | grep -q '^nginx'; then $as systemctl disable --now nginx >/dev/null 2>&1 || true; fi
echo "Installed."
