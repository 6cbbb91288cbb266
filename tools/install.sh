#!/bin/sh
# install.sh - a release into $DESTDIR$PREFIX. Nothing outside is touched; docs/operations.md says what comes next.
set -eu
cd "$(dirname "$0")/.."
[ -n "$DESTDIR" ] || tools/packages.sh run build
TARGETS=programs tools/build.sh release --buildtype release --prefix "$PREFIX" --libexecdir libexec --mandir share/man
meson configure build/release --prefix "$PREFIX" --libexecdir libexec >/dev/null 2>&1
meson install -C build/release --no-rebuild --quiet ${DESTDIR:+--destdir "$DESTDIR"}
mkdir -p "$DESTDIR$PREFIX/lib/systemd/system" "$DESTDIR$PREFIX/share/doc/keten"
sed "s|@PREFIX@|$PREFIX|g" docs/keten.service > "$DESTDIR$PREFIX/lib/systemd/system/keten.service"
chmod 0644 "$DESTDIR$PREFIX/lib/systemd/system/keten.service"
install -m 0644 LICENSE "$DESTDIR$PREFIX/share/doc/keten/LICENSE"
echo "Installed in $DESTDIR$PREFIX."
