#!/usr/bin/env python3
"""Another reader of DKIM signatures. Use: dkim_check.py RECORD MAIL; ends with 0 when it believes the signature, 1 when not, 77 when python3-dkim is not here."""
import sys

try:
    import dkim
except ImportError:
    sys.exit(77)
record = open(sys.argv[1], "rb").read()
sys.exit(0 if dkim.verify(open(sys.argv[2], "rb").read(), dnsfunc=lambda name, timeout=5: record if name.startswith(b"keten._domainkey.keten.test") else None) else 1)
