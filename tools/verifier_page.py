#!/usr/bin/env python3
"""The verifier as one page that works from a disk: HTML, script, and the program in it. Use: verifier_page.py HTML JS WASM PO... OUT
The words of the checks are those of core/dossier in C and its nl.po. Says how large the page is when it is packed, and fails above 60 kB."""
import base64, gzip, json, re, sys

html, js, wasm, *po, out = sys.argv[1:]
LARGEST = 60 * 1024
words = {}
for path in po:
    text = open(path, encoding="utf-8").read()
    for m in re.finditer(r'^msgid "((?:[^"\\]|\\.)+)"\nmsgstr "((?:[^"\\]|\\.)+)"', text, re.M):
        words[json.loads(f'"{m[1]}"')] = json.loads(f'"{m[2]}"')
program = base64.b64encode(gzip.compress(open(wasm, "rb").read(), 9, mtime=0)).decode()
script = open(js, encoding="utf-8").read().replace("/*PROGRAM*/", program).replace("/*WORDS*/{}", json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c"))
assert "</script" not in script
page = open(html, encoding="utf-8").read().replace("/*SCRIPT*/", script).encode()
packed = len(gzip.compress(page, 9, mtime=0))
if packed > LARGEST:
    sys.exit(f"the verifier page is {packed} bytes packed, more than {LARGEST}")
open(out, "wb").write(page)
