#!/usr/bin/env python3
"""embed_file.py OUT.c NAME FILE: the bytes of a file become `const char NAME[]` with `const size_t NAME_n`."""
import sys

out, name, path = sys.argv[1:4]
data = open(path, 'rb').read()
with open(out, 'w', encoding='ascii') as f:
    f.write('/* Made by tools/embed_file.py. */\n#include <stddef.h>\nextern const char %s[];\nextern const size_t %s_n;\n' % (name, name))
    f.write('const char %s[] = {%s};\nconst size_t %s_n = %d;\n' % (name, ','.join(str(b if b < 128 else b - 256) for b in data) or '0', name, len(data)))
