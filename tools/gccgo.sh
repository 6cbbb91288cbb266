#!/bin/sh
# gccgo.sh GCCGO SUMDB OUT DIR FILE... - compiles the packages note and tlog of golang.org/x/mod as Debian installs them, and a program over them.
set -eu
gccgo=$1 sumdb=$2 out=$3 dir=$4
shift 4
at=golang.org/x/mod/sumdb
mkdir -p "$dir/$at"
"$gccgo" -O1 -c -fgo-pkgpath=$at/note -o "$dir/$at/note.o" "$sumdb/note/note.go"
"$gccgo" -O1 -c -I "$dir" -fgo-pkgpath=$at/tlog -o "$dir/$at/tlog.o" "$sumdb/tlog/note.go" "$sumdb/tlog/tile.go" "$sumdb/tlog/tlog.go"
"$gccgo" -O1 -I "$dir" -o "$out" "$@" "$dir/$at/note.o" "$dir/$at/tlog.o"
