#!/usr/bin/env python3
"""po2c - gathers every msgid of the tree (templates and C), reads po/nl.po and */page/nl.po, writes the table of
translations as C. Fails, with PO lines ready to paste, when a sentence has no Dutch or its placeholders differ.

usage: po2c.py ROOT --out po_nl.c --dep po_nl.d      build
       po2c.py ROOT --unused                         lists translations that nothing uses
"""
import os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tmplc

ROOTS = ['foundation', 'core', 'steps', 'programs']
LIT = r'((?:"(?:[^"\\\n]|\\.)*"\s*)+)'
ARG = r'[^,()]*(?:\([^()]*\)[^,()]*)*'
CALLS = [re.compile(p) for p in (
    r'\bN_\(\s*' + LIT, r'\btr\(\s*' + ARG + r',\s*' + LIT, r'\bTRF\(\s*' + ARG + r',\s*' + LIT, r'\btrf\(\s*' + ARG + r',\s*' + LIT,
    r'\bres_said\(\s*' + ARG + r',\s*' + LIT, r'\bform_fail\(\s*' + ARG + r',\s*' + ARG + r',\s*' + LIT,
    r'\bctx_refuse\(\s*' + ARG + r',\s*' + ARG + r',\s*' + ARG + r',\s*' + LIT, r'\berror_msg\s*=\s*' + LIT)]
PLURAL = re.compile(r'\btrn\(\s*' + ARG + r',\s*' + ARG + r',\s*' + LIT + r',\s*' + LIT)


def unquote(lits):
    s = ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', lits))
    return re.sub(r'\\(.)', lambda m: {'n': '\n', 't': '\t'}.get(m.group(1), m.group(1)), s)


def quote(s):
    return '"' + s.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n').replace('\t', '\\t') + '"'


def read_po(path, table):
    cur, key, fuzzy, at = {}, None, False, 0

    def done():
        nonlocal cur, fuzzy
        if cur.get('msgid') and not fuzzy:
            pairs = [(cur['msgid'], cur.get('msgstr[0]', cur.get('msgstr', '')))]
            if 'msgid_plural' in cur:
                pairs.append((cur['msgid_plural'], cur.get('msgstr[1]', '')))
            for k, v in pairs:
                if v and k in table and table[k][0] != v:
                    raise tmplc.Bad('%s:%d: "%s" is translated otherwise in %s:\n  "%s"\n  "%s"' % (path, at, k, table[k][1], v, table[k][0]))
                if v:
                    table[k] = (v, '%s:%d' % (path, at))
        cur, fuzzy = {}, False
    for no, line in enumerate(open(path, encoding='utf-8').read().split('\n'), 1):
        line = line.strip()
        if line.startswith('#'):
            if key and key.startswith('msgstr'):
                done()
                key = None
            fuzzy = fuzzy or (line.startswith('#,') and 'fuzzy' in line)
            continue
        m = re.match(r'(msgid|msgid_plural|msgstr|msgstr\[\d\])\s+(".*")$', line)
        if m:
            if m.group(1) == 'msgid':
                done()
                at = no
            key = m.group(1)
            cur[key] = unquote(m.group(2))
        elif line.startswith('"') and key:
            cur[key] += unquote(line)
        elif line:
            raise tmplc.Bad('%s:%d: not PO' % (path, no))
    done()


def gather(root):
    ids, plurals, seen, pos = {}, {}, [], []
    ui_dir = os.path.join(root, 'foundation/ui/page')
    for top in ROOTS:
        for d, subdirs, files in os.walk(os.path.join(root, top)):
            subdirs.sort()
            seen.append(d)
            for f in sorted(files):
                path = os.path.join(d, f)
                if f == 'nl.po':
                    pos.append(path)
                elif f.endswith(('.c', '.h')):
                    seen.append(path)
                    s = open(path, encoding='utf-8').read()
                    s = re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group(0).count('\n'), s, flags=re.S)
                    for rx in CALLS:
                        for m in rx.finditer(s):
                            ids.setdefault(unquote(m.group(1)), '%s:%d' % (os.path.relpath(path, root), s.count('\n', 0, m.start()) + 1))
                    for m in PLURAL.finditer(s):
                        where = '%s:%d' % (os.path.relpath(path, root), s.count('\n', 0, m.start()) + 1)
                        plurals.setdefault(unquote(m.group(1)), (unquote(m.group(2)), where))
            if os.path.basename(d) == 'page' and any(f.endswith('.html') for f in files):
                room = os.path.basename(os.path.dirname(d))
                own, _, read = tmplc.load(room, d, ui_dir)
                seen += read
                for t in own:
                    for one, more, path, line in t.msgs:
                        where = '%s:%d' % (os.path.relpath(path, root), line)
                        if more is None:
                            ids.setdefault(one, where)
                        else:
                            plurals.setdefault(one, (more, where))
    pos.insert(0, os.path.join(root, 'po/nl.po'))
    return ids, plurals, seen, pos


def holes(s):
    return set(re.findall(r'\{([a-z][a-z0-9_]*)\}', s))


def main(argv):
    root = argv[0]
    ids, plurals, seen, pos = gather(root)
    table, used, missing, wrong = {}, {}, [], []
    for p in pos:
        read_po(p, table)
    ids = {k: w for k, w in ids.items() if k}
    for k, w in sorted(ids.items(), key=lambda x: x[1]):
        if k not in table:
            missing.append('#: %s\nmsgid %s\nmsgstr ""\n' % (w, quote(k)))
    for one, (more, w) in sorted(plurals.items()):
        if one not in table or more not in table:
            missing.append('#: %s\nmsgid %s\nmsgid_plural %s\nmsgstr[0] ""\nmsgstr[1] ""\n' % (w, quote(one), quote(more)))
    wanted = set(ids) | set(plurals) | set(m for m, _ in plurals.values())
    if '--unused' in argv:
        print('\n'.join('%s: %s' % (table[k][1], k) for k in sorted(table) if k not in wanted))
        return
    for k in sorted(wanted & set(table)):
        if not holes(table[k][0]) <= holes(k) | ({'n', 'count'} & holes(k)) or (holes(k) - holes(table[k][0]) and k not in plurals):
            wrong.append('%s: placeholders differ: %s / %s' % (table[k][1], k, table[k][0]))
    if missing or wrong:
        if missing:
            print('%d sentences have no Dutch translation; add them to the nl.po of their room (page/nl.po):\n' % len(missing), file=sys.stderr)
        print('\n'.join(missing + wrong), file=sys.stderr)
        sys.exit(1)
    out = ['/* Made by tools/po2c.py. Sorted by bytes of the msgid. */', '#include "foundation/ui/po.h"', 'const PoEntry po_nl[] = {']
    rows = sorted(((k, table[k][0]) for k in wanted), key=lambda r: r[0].encode())
    for k, v in rows:
        out.append('    { %s, { %s, %d } },' % (tmplc.c_lit(k), tmplc.c_lit(v), len(v.encode())))
    if not rows:
        out.append('    { "", { "", 0 } },')
    out += ['};', 'const size_t po_nl_n = %d;' % len(rows), '']
    opt = dict(zip(argv[1::2], argv[2::2]))
    tmplc.write_if_changed(opt['--out'], '\n'.join(out))
    with open(opt['--dep'], 'w', encoding='utf-8') as f:
        deps = seen + [p for p in pos]
        f.write('%s: %s\n' % (opt['--out'], ' \\\n  '.join(os.path.abspath(p).replace(' ', '\\ ') for p in deps)))


if __name__ == '__main__':
    try:
        main(sys.argv[1:])
    except tmplc.Bad as e:
        print(e, file=sys.stderr)
        sys.exit(1)
