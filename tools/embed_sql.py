#!/usr/bin/env python3
"""embed_sql.py OUT.c NAME FILE...: numbered SQL files become one C table of migrations, ordered by number.
File names are NNNN_words.sql; two files with one number are an error."""
import re, sys

def c_string(text):
    out = []
    for line in text.splitlines():
        line = line.rstrip()
        if line.strip().startswith('--') or not line.strip():
            continue
        out.append('    "%s\\n"' % line.replace('\\', '\\\\').replace('"', '\\"'))
    return '\n'.join(out)

def main():
    out, name, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    rows = {}
    for f in files:
        m = re.search(r'(\d{4})_([a-z0-9_]+)\.sql$', f)
        if not m:
            sys.exit(f'{f}: a migration is named NNNN_words.sql')
        n = int(m.group(1))
        if n in rows:
            sys.exit(f'{f}: number {n} is taken by {rows[n][0]}')
        rows[n] = (f, m.group(2), open(f, encoding='utf-8').read())
    with open(out, 'w', encoding='utf-8') as o:
        o.write('#include "foundation/store/store.h"\n')
        o.write('const Migration %s[] = {\n' % name)
        for n in sorted(rows):
            o.write('  { %d, "%s",\n%s },\n' % (n, rows[n][1], c_string(rows[n][2])))
        o.write('  { 0, 0, 0 },\n};\n')

main()
