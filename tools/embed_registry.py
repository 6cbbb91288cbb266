#!/usr/bin/env python3
"""embed_registry.py OUT.c FILE...: the files of registry/ become one C table."""
import os, sys

out, files = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
lines = ['/* Made by tools/embed_registry.py. */', '#include "foundation/net/registry_in.h"']
rows = []
for k, path in enumerate(files):
    data = open(path, 'rb').read()
    lines.append('static const char f%d[] = {%s};' % (k, ','.join(str(b if b < 128 else b - 256) for b in data) or '0'))
    rows.append('    { { "%s", %d }, { f%d, %d } },' % (os.path.basename(path), len(os.path.basename(path)), k, len(data)))
lines += ['const RegistryFile registry_files[] = {'] + rows + ['};', 'const size_t registry_files_n = %d;' % len(files), '']
with open(out, 'w', encoding='ascii') as f:
    f.write('\n'.join(lines))
