#!/usr/bin/env python3
"""embed_law.py OUT.c FILE...: the tables law/NAME.csv become one C table, in the order of their names.
embed_law.py --list FOLDER: the tables there are, for the build file."""
import glob, os, sys


def main():
    if sys.argv[1] == '--list':
        print('\n'.join(sorted(glob.glob(os.path.join(sys.argv[2], '*.csv')))))
        return
    out, files = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
    lines = ['/* Made by tools/embed_law.py. */', '#include "core/law/law.h"']
    rows = []
    for k, path in enumerate(files):
        name, ext = os.path.splitext(os.path.basename(path))
        if ext != '.csv':
            sys.exit(f'{path}: a table of the law is NAME.csv')
        data = open(path, 'rb').read()
        lines.append('static const char t%d[] = {%s};' % (k, ','.join(str(b if b < 128 else b - 256) for b in data) or '0'))
        rows.append('    { "%s", { t%d, %d } },' % (name, k, len(data)))
    lines += ['const LawFile law_files[] = {'] + rows + ['    { NULL, { NULL, 0 } },', '};', '']
    with open(out, 'w', encoding='ascii') as f:
        f.write('\n'.join(lines))


main()
