#!/usr/bin/env python3
"""asset2c - compiles static files in, each under a name that holds its hash, so that browsers may keep it for ever.

usage: asset2c.py OUT.c NAME=FILE[,FILE...] ...     files of one name are joined in order
"""
import hashlib, os, re, sys

TYPES = {'.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.txt': 'text/plain; charset=utf-8'}


def main(argv):
    out = ['/* Made by tools/asset2c.py. */', '#include "foundation/ui/asset_in.h"']
    rows = []
    for k, arg in enumerate(argv[1:]):
        name, files = arg.split('=', 1)
        data = b''.join(open(f, 'rb').read() for f in files.split(','))
        stem, ext = os.path.splitext(name)
        if ext == '.css' and re.search(rb'url\(\s*["\']?(?:https?:)?//', data):
            sys.exit('%s: nothing comes from another origin' % files)
        path = '/static/%s.%s%s' % (stem, hashlib.sha256(data).hexdigest()[:12], ext)
        out.append('static const unsigned char a%d[] = {%s};' % (k, ','.join(str(b) for b in data) or '0'))
        rows.append('    { "%s", "%s", "%s", a%d, %d },' % (name, path, TYPES[ext], k, len(data)))
    out += ['const Asset assets[] = {'] + rows + ['};', 'const size_t assets_n = %d;' % len(rows), '']
    with open(argv[0], 'w') as f:
        f.write('\n'.join(out))


main(sys.argv[1:])
