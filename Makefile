# Two commands are enough: `make run` and `make test`. Everything else is for people who work on it.
PREFIX ?= /usr/local
DESTDIR ?=
DATA ?=
PORT ?=
export PREFIX DESTDIR DATA PORT

.PHONY: run test install soak fuzz bench clean help

run:
	@tools/run.sh

test:
	@tools/test.sh

install:
	@tools/install.sh

# An hour of simulated years, a new seed each time; stops at the first that does not hold.
soak:
	@tools/soak.sh

# Ten minutes of libFuzzer for each parser (needs clang). FUZZ_SECONDS changes it.
fuzz:
	@tools/fuzz.sh

bench:
	@tools/bench.sh

clean:
	rm -rf build test/browser/node_modules

help:
	@sed -n 's/^\([a-z]*\):.*/  make \1/p' Makefile
