#!/usr/bin/env python3
"""tmplc - compiles a room's page/*.html templates to C. The language is described in docs/templates.md.

usage: tmplc.py --out ROOM_page.c ROOM_page.h --dep FILE.d --ui foundation/ui/page ROOM PAGE_DIR

In short: parameters with types, a line '---', then markup.
  {x} {r.ref} {x:raw}        values, escaped for where they stand
  {t:Words {n}} {tn:n|One|{n} things}   translated sentences (msgid is the English text)
  {if c}..{elif c}..{else}..{/if}   {for r in rows}..{else}..{/for}   {r.#}
  {> piece a=x b="text" c={t:Words}}    {> block a=x}..{/>}    {layout staff title={t:Queue}}
  {form "/path" form=f}..{/form}   {asset:keten.css}   {{   {# comment #}
Everything that could go wrong at run time is refused here, with file and line.
"""
import os, re, sys

VOID = set('area base br col embed hr img input link meta source track wbr'.split())
SVG_EMPTY = set('path rect circle line polyline polygon use stop ellipse'.split())
URL_ATTRS = set('href src action formaction poster data cite background ping manifest'.split()) | {'xlink:href'}
NO_ATTRS = {'style', 'srcdoc', 'srcset'}
C_WORDS = set('auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false asm linux unix'.split())
SCALARS = {'str': 'Str', 'msg': 'const char *', 'int': 'int64_t', 'bool': 'bool', 'url': 'Url', 'id': 'Id', 'date': 'Date',
           'when': 'UnixMs', 'html': 'Html', 'state': 'UiState', 'form': 'const Form *'}
# name: (C function, argument types, result type)
FUNCS = {'value': ('ui_form_value', ['form', 'str'], 'str'), 'error': ('ui_form_error', ['form', 'str'], 'msg'),
         'chosen': ('ui_form_chosen', ['form', 'str', 'str'], 'bool'), 'label': ('ui_form_label', ['form', 'str'], 'msg'),
         'needed': ('ui_form_needed', ['form', 'str'], 'bool'), 'length': ('ui_form_length', ['form', 'str'], 'int'),
         'whole_error': ('ui_form_whole_error', ['form'], 'msg'), 'error_count': ('ui_form_error_count', ['form'], 'int'),
         'errors': ('ui_form_errors', ['form'], 'list UiFieldError'), 'nav': ('ui_nav', [], 'list UiNavItem')}
# What the UiCtx offers a template, as {ui.name}.
UI_FIELDS = {'lang': ('ui_lang_str(ui)', 'str'), 'path': ('ui->path', 'str'), 'person': ('ui->person', 'str'), 'org': ('ui->org', 'str'),
             'said': ('ui->said', 'msg'), 'dev': ('ui->dev', 'bool'), 'demo': ('ui->demo', 'bool'), 'now': ('ui->now_ms', 'when'),
             'other_lang': ('ui_other_lang_url(ui)', 'url'), 'signed_in': ('(ui->nav != NULL)', 'bool'), 'may_search': ('ui->may_search', 'bool'),
             'other_code': ('ui_other_lang_str(ui)', 'str'), 'other_name': ('ui_other_lang_name(ui)', 'str')}


class Bad(Exception):
    pass


def camel(s):
    return ''.join(p[:1].upper() + p[1:] for p in re.split(r'[_-]', s) if p)


class Struct:
    def __init__(self, cname):
        self.cname, self.fields = cname, {}  # name -> type string or ('list'|'one', Struct)


def indent_of(line):
    return len(line) - len(line.lstrip(' '))


def parse_fields(lines, i, depth, struct, types, where):
    """Indented 'name: type' lines into struct; returns the index of the first line that is not its own."""
    while i < len(lines):
        no, raw = lines[i]
        if not raw.strip() or raw.lstrip().startswith('#'):
            i += 1
            continue
        ind = indent_of(raw)
        if ind < depth:
            return i
        if ind > depth:
            raise Bad('%s:%d: indented more than its list' % (where, no))
        m = re.fullmatch(r'([a-z][a-z0-9_]*):\s*([A-Za-z]+)(?:\s+([A-Za-z][A-Za-z0-9]*))?\s*(?:#.*)?', raw.strip())
        if not m:
            raise Bad('%s:%d: expected "name: type"' % (where, no))
        name, kind, arg = m.groups()
        if name in struct.fields or name == 'ui' or name in C_WORDS:
            raise Bad('%s:%d: %s is declared twice or is a word of C or of templates' % (where, no, name))
        i += 1
        if kind in ('list', 'one'):
            if arg:
                if arg not in types:
                    raise Bad('%s:%d: no type %s' % (where, no, arg))
                struct.fields[name] = (kind, types[arg])
            else:
                sub = Struct(struct.cname + camel(name))
                struct.fields[name] = (kind, sub)
                j = i
                while j < len(lines) and not lines[j][1].strip():
                    j += 1
                if j >= len(lines) or indent_of(lines[j][1]) <= depth:
                    raise Bad('%s:%d: list %s has no fields' % (where, no, name))
                i = parse_fields(lines, i, indent_of(lines[j][1]), sub, types, where)
        elif kind in SCALARS and not arg:
            struct.fields[name] = kind
        else:
            raise Bad('%s:%d: no type %s' % (where, no, kind))
    return i


def parse_types(path, types):
    """page/types.txt: named structs; returns those declared here, in order."""
    own = []
    if not os.path.exists(path):
        return own
    lines = [(n, l) for n, l in enumerate(open(path, encoding='utf-8').read().split('\n'), 1) if l.strip() and not l.lstrip().startswith('#')]
    i = 0
    while i < len(lines):
        no, raw = lines[i]
        m = re.fullmatch(r'([A-Z][A-Za-z0-9]*):\s*', raw)
        if not m or m.group(1) in types:
            raise Bad('%s:%d: expected a new "TypeName:"' % (path, no))
        s = Struct(m.group(1))
        i += 1
        if i >= len(lines) or indent_of(lines[i][1]) == 0:
            raise Bad('%s:%d: type without fields' % (path, no))
        i = parse_fields(lines, i, indent_of(lines[i][1]), s, types, path)
        types[s.cname] = s
        own.append(s)
    return own


class Node:
    def __init__(self, kind, line, **kw):
        self.kind, self.line = kind, line
        self.__dict__.update(kw)


class Template:
    def __init__(self, room, path, types):
        self.path, self.room = path, room
        self.name = os.path.basename(path)[:-5]
        if not re.fullmatch(r'[a-z][a-z0-9_]*', self.name):
            raise Bad('%s: a template name is lower-case letters, digits and _' % path)
        full = self.name if room == 'ui' else room + '_' + self.name
        self.fn, self.struct = 'tpl_' + full, Struct('Tpl' + camel(full))
        text = open(path, encoding='utf-8').read()
        lines = text.split('\n')
        cut = next((i for i, l in enumerate(lines) if l.rstrip() == '---'), None)
        if cut is None:
            raise Bad('%s:1: no line of three dashes between parameters and markup' % path)
        head = [(n, l) for n, l in enumerate(lines[:cut], 1)]
        parse_fields(head, 0, 0, self.struct, types, path)
        self.body, self.body_line = '\n'.join(lines[cut + 1:]), cut + 2
        self.block = bool(re.search(r'\{content\}', self.body))
        self.nodes, self.msgs = None, []

    def bad(self, line, why):
        return Bad('%s:%d: %s' % (self.path, line, why))

    # ---- tokens ----
    def tokens(self):
        s, i, line, text = self.body, 0, self.body_line, ''
        out, start = [], line
        while i < len(s):
            c = s[i]
            if s.startswith('{{', i):
                text += '{'
                i += 2
                continue
            if s.startswith('{#', i):
                j = s.find('#}', i)
                if j < 0:
                    raise self.bad(line, 'comment does not end')
                line += s.count('\n', i, j)
                i = j + 2
                continue
            if c == '{':
                depth, j = 0, i
                while j < len(s):
                    depth += (s[j] == '{') - (s[j] == '}')
                    if depth == 0:
                        break
                    j += 1
                if depth != 0:
                    raise self.bad(line, 'brace does not close')
                if text:
                    out.append(('text', text, start))
                    text = ''
                out.append(('tag', s[i + 1:j], line))
                line += s.count('\n', i, j)
                i = j + 1
                start = line
                continue
            text += c
            line += c == '\n'
            i += 1
        if text:
            out.append(('text', text, start))
        return out

    # ---- tree ----
    def parse(self):
        self.toks, self.at = self.tokens(), 0
        self.nodes = self.parse_until(())[0]
        if self.at < len(self.toks):
            raise self.bad(self.toks[self.at][2], 'nothing here is open that {%s} could close' % self.toks[self.at][1])

    def parse_until(self, ends):
        out = []
        while self.at < len(self.toks):
            kind, s, line = self.toks[self.at]
            if kind == 'text':
                out.append(Node('text', line, s=s))
                self.at += 1
                continue
            s = s.strip()
            word = s.split(None, 1)[0] if s else ''
            if word in ('/if', '/for', '/form', '/>', 'elif', 'else'):
                if word not in ends:
                    if ends:
                        raise self.bad(line, 'expected {%s}, found {%s}' % (ends[-1], s))
                    return out, None, line
                self.at += 1
                return out, s, line
            self.at += 1
            out.append(self.parse_tag(s, word, line))
        if ends:
            raise self.bad(self.toks[-1][2] if self.toks else self.body_line, '{%s} is missing' % ends[-1])
        return out, None, 0

    def parse_tag(self, s, word, line):
        if word == 'if':
            branches, cond = [], s[2:].strip()
            while True:
                body, end, eline = self.parse_until(('elif', 'else', '/if'))
                branches.append((cond, body, line))
                if end == '/if':
                    return Node('if', line, branches=branches)
                if cond is None:
                    raise self.bad(eline, 'after {else} only {/if}')
                cond, line = (end[4:].strip(), eline) if end.startswith('elif') else (None, eline)
        if word == 'for':
            m = re.fullmatch(r'for\s+([a-z][a-z0-9_]*)\s+in\s+(.+)', s)
            if not m:
                raise self.bad(line, 'expected {for x in list}')
            body, end, _ = self.parse_until(('else', '/for'))
            other = self.parse_until(('/for',))[0] if end == 'else' else None
            return Node('for', line, var=m.group(1), src=m.group(2).strip(), body=body, other=other)
        if word == '>':
            m = re.match(r'>\s*([a-z][a-z0-9_]*)\s*', s)
            if not m:
                raise self.bad(line, 'expected {> piece ...}')
            node = Node('piece', line, name=m.group(1), args=self.parse_args(s[m.end():], line), body=None)
            if self.lookup_piece(node.name, line).block:
                node.body = self.parse_until(('/>',))[0]
            return node
        if word == 'layout':
            m = re.match(r'layout\s+([a-z][a-z0-9_]*)\s*', s)
            if not m:
                raise self.bad(line, 'expected {layout name ...}')
            return Node('layout', line, name='layout_' + m.group(1), args=self.parse_args(s[m.end():], line))
        if word == 'form':
            m = re.match(r'form\s+("[^"]*"|[a-z][a-z0-9_.]*)\s*', s)
            if not m:
                raise self.bad(line, 'expected {form "/path" ...}')
            return Node('form', line, action=m.group(1), args=self.parse_args(s[m.end():], line), body=self.parse_until(('/form',))[0])
        if s == 'content':
            return Node('content', line)
        if s.startswith('t:'):
            return self.sentence(s[2:], line)
        if s.startswith('tn:'):
            parts = s[3:].split('|')
            if len(parts) != 3:
                raise self.bad(line, 'expected {tn:count|one|more}')
            one, more = self.sentence(parts[1], line, False), self.sentence(parts[2], line, False)
            self.msgs.append((one.msg, more.msg, self.path, line))
            args = {a[0]: a for a in one.args + more.args}
            return Node('tn', line, count=parts[0].strip(), one=one.msg, more=more.msg, args=list(args.values()))
        if s.startswith('asset:'):
            return Node('asset', line, name=s[6:].strip())
        m = re.fullmatch(r'(.+?)(?::([a-z]+))?', s)
        return Node('expr', line, path=m.group(1).strip(), fmt=m.group(2))

    def sentence(self, s, line, note=True):
        """'Sent {r.n} mails' -> msgid 'Sent {n} mails' and [('n', 'r.n')]."""
        s = re.sub(r'\s+', ' ', s.strip())
        args = []

        def one(m):
            path = m.group(1).strip()
            name = path.split('.')[-1].split(':')[0]
            if not re.fullmatch(r'[a-z][a-z0-9_]*', name):
                raise self.bad(line, 'an argument of a sentence is a path, not {%s}' % path)
            args.append((name, path))
            return '{' + name + '}'
        msg = re.sub(r'\{([^{}]*)\}', one, s)
        if not msg:
            raise self.bad(line, 'empty sentence')
        if note:
            self.msgs.append((msg, None, self.path, line))
        return Node('t', line, msg=msg, args=args)

    def parse_args(self, s, line):
        out, i = [], 0
        while i < len(s):
            m = re.compile(r'\s*([a-z][a-z0-9_]*)=').match(s, i)
            if not m:
                if s[i:].strip():
                    raise self.bad(line, 'expected name=value at "%s"' % s[i:].strip())
                break
            name, i = m.group(1), m.end()
            if i < len(s) and s[i] == '"':
                j = s.find('"', i + 1)
                if j < 0:
                    raise self.bad(line, 'text does not end')
                out.append((name, 'lit', s[i + 1:j]))
                i = j + 1
            elif i < len(s) and s[i] == '{':
                depth, j = 0, i
                while j < len(s):
                    depth += (s[j] == '{') - (s[j] == '}')
                    if depth == 0:
                        break
                    j += 1
                inner = s[i + 1:j].strip()
                if inner.startswith('t:'):
                    out.append((name, 't', self.sentence(inner[2:], line)))
                elif inner.startswith('asset:'):
                    out.append((name, 'asset', inner[6:].strip()))
                else:
                    raise self.bad(line, 'in an argument, braces hold {t:...} or {asset:...}')
                i = j + 1
            else:
                m = re.compile(r'[^\s(]+(?:\([^)]*\))?').match(s, i)
                if not m:
                    raise self.bad(line, '%s= has no value' % name)
                out.append((name, 'path', m.group(0)))
                i = m.end()
        return out

    def lookup_piece(self, name, line):
        t = self.pieces.get(name)
        if t is None:
            raise self.bad(line, 'no piece named %s in this room or in ui' % name)
        return t


def c_lit(s):
    out = ''
    for ch in s.encode('utf-8'):
        c = chr(ch)
        out += {'"': '\\"', '\\': '\\\\', '\n': '\\n', '?': '\\?', '\t': '\\t'}.get(c) or (c if 32 <= ch < 127 else '\\%03o' % ch)
    return '"' + out + '"'


def c_str(s):
    return 'S(%s)' % c_lit(s)


class Gen:
    """Walks one template's tree with the state of the HTML around each node, and writes C."""

    def __init__(self, t):
        self.t, self.out, self.depth, self.tmp = t, [], 1, 0
        self.scope = {}
        self.state, self.stack, self.tag, self.attrs, self.attr = 'text', [], '', {}, ''
        self.attr_parts = 0
        self.pend = ''
        self.labels, self.controls, self.forms = set(), [], 0

    def bad(self, line, why):
        return self.t.bad(line, why)

    def w(self, s):
        self.flush()
        self.out.append('    ' * self.depth + s)

    def lit(self, s):
        self.pend += s

    def flush(self):
        s, self.pend = self.pend, ''
        while s:
            cut = min(len(s), 700)
            self.out.append('    ' * self.depth + 'buf_put(b, %s);' % c_str(s[:cut]))
            s = s[cut:]

    # ---- expressions ----
    def resolve(self, path, line):
        """-> (C expression, type)."""
        path = path.strip()
        m = re.fullmatch(r'([a-z_]+)\((.*)\)', path)
        if m and m.group(1) in FUNCS:
            cname, want, res = FUNCS[m.group(1)]
            args = [a.strip() for a in m.group(2).split(',')] if m.group(2).strip() else []
            if len(args) != len(want):
                raise self.bad(line, '%s takes %d arguments' % (m.group(1), len(want)))
            cs = []
            for a, ty in zip(args, want):
                if a.startswith('"') and ty == 'str':
                    cs.append(c_str(a[1:-1]))
                    continue
                c, got = self.resolve(a, line)
                if got != ty:
                    raise self.bad(line, '%s is %s, %s wanted' % (a, got, ty))
                cs.append(c)
            if res.startswith('list '):
                return (cname, cs), ('list', self.t.types[res[5:]])
            return '%s(%s)' % (cname, ', '.join(cs)), res
        if re.fullmatch(r'-?\d+', path):
            return path, 'int'
        if path in ('true', 'false'):
            return path, 'bool'
        if re.fullmatch(r'STATE_[A-Z]+', path):
            return path, 'state'
        parts = path.split('.')
        if parts[0] == 'ui':
            if len(parts) != 2 or parts[1] not in UI_FIELDS:
                raise self.bad(line, 'no %s; there are ui.%s' % (path, ', ui.'.join(sorted(UI_FIELDS))))
            return UI_FIELDS[parts[1]]
        if parts[0] in self.scope:
            var, struct = self.scope[parts[0]]
            if len(parts) == 1:
                return var, ('one', struct)
            if parts[1] == '#':
                return '((int64_t)%s_i + 1)' % var, 'int'
            c, cur, parts = var + '->', struct, parts[1:]
        else:
            c, cur = 't->', self.t.struct
        for k, p in enumerate(parts):
            ty = cur.fields.get(p)
            if ty is None:
                raise self.bad(line, 'no parameter %s (of %s)' % (path, cur.cname))
            c += p
            last = k == len(parts) - 1
            if isinstance(ty, tuple) and ty[0] == 'one' and not last:
                c, cur = c + '->', ty[1]
            elif last:
                return c, ty
            else:
                raise self.bad(line, '%s has no parts' % '.'.join(parts[:k + 1]))
        raise self.bad(line, 'empty name')

    def truth(self, c, ty, line):
        if isinstance(ty, tuple):
            return '(%s_n > 0)' % c if ty[0] == 'list' else '(%s != NULL)' % c
        return {'str': '(%s.n > 0)', 'url': '(%s.s.n > 0)', 'html': '(%s.s.n > 0)', 'msg': '(%s != NULL)', 'int': '(%s != 0)', 'when': '(%s != 0)',
                'bool': '%s', 'form': '(%s != NULL)', 'state': '(%s != STATE_NONE)', 'id': '!id_none(%s)', 'date': '(%s.y != 0)'}[ty] % c

    def cond(self, s, line):
        toks = re.findall(r'"[^"]*"|[a-z_]+\([^()]*\)|[A-Za-z0-9_.#-]+|==|!=|<=|>=|<|>|\(|\)|\S', s)
        pos = 0

        def peek():
            return toks[pos] if pos < len(toks) else None

        def take():
            nonlocal pos
            pos += 1
            return toks[pos - 1]

        def either():
            c = both()
            while peek() == 'or':
                take()
                c = '(%s || %s)' % (c, both())
            return c

        def both():
            c = unit()
            while peek() == 'and':
                take()
                c = '(%s && %s)' % (c, unit())
            return c

        def unit():
            if peek() is None:
                raise self.bad(line, 'condition is not complete')
            x = take()
            if x == 'not':
                return '!' + unit()
            if x == '(':
                c = either()
                if peek() != ')':
                    raise self.bad(line, 'condition: ) is missing')
                take()
                return c
            c, ty = self.resolve(x, line)
            if peek() in ('==', '!=', '<', '>', '<=', '>='):
                op, y = take(), take() if peek() else ''
                if y.startswith('"'):
                    if op not in ('==', '!=') or ty != 'str':
                        raise self.bad(line, 'a text is compared with == or != to a str')
                    return '%sstr_eq(%s, %s)' % ('!' if op == '!=' else '', c, c_str(y[1:-1]))
                d, ty2 = self.resolve(y, line)
                if ty == ty2 == 'str' and op in ('==', '!='):
                    return '%sstr_eq(%s, %s)' % ('!' if op == '!=' else '', c, d)
                if ty != ty2 or ty not in ('int', 'when', 'state'):
                    raise self.bad(line, '%s and %s cannot be compared' % (x, y))
                return '(%s %s %s)' % (c, op, d)
            return self.truth(c, ty, line)

        c = either()
        if pos != len(toks):
            raise self.bad(line, 'condition not understood at "%s"' % ' '.join(toks[pos:]))
        return c

    def uargs(self, args, line):
        if not args:
            return 'NULL, 0'
        cs = []
        for name, path in args:
            m = re.fullmatch(r'(.+?)(?::([a-z]+))?', path)
            c, ty = self.resolve(m.group(1), line)
            fmt = m.group(2)
            if ty == 'int':
                cs.append('UA_I("%s", %s)' % (name, c))
            else:
                text = {'str': '%s', 'msg': 'tr(ui, %s)', 'url': '%s.s', 'id': 'id_hex(ui->a, %s)',
                        'date': 'ui_day(ui, %s)' if fmt == 'day' else 'ui_date(ui, %s)',
                        'when': {'short': 'ui_when_short(ui, %s)', 'ago': 'ui_ago(ui, %s)'}.get(fmt, 'ui_when(ui, %s)')}
                if ty not in text:
                    raise self.bad(line, '%s cannot stand in a sentence' % path)
                cs.append('UA_S("%s", %s)' % (name, text[ty] % c))
        return '(const UiArg[]){ %s }, %d' % (', '.join(cs), len(cs))

    # ---- nodes ----
    def run(self, nodes):
        for n in nodes:
            getattr(self, 'n_' + n.kind)(n)

    def value_ok(self, n):
        if self.state == 'tag':
            raise self.bad(n.line, 'a value may stand in text or in a quoted attribute, not in a tag')
        if self.stack and self.stack[-1] in ('script', 'style'):
            raise self.bad(n.line, 'nothing may stand inside <%s>' % self.stack[-1])

    def n_expr(self, n):
        self.value_ok(n)
        c, ty = self.resolve(n.path, n.line)
        if self.state == 'attr':
            self.attr_text += '{' + n.path + '}'
        plain = self.state == 'attr' or (self.stack and self.stack[-1] in ('title', 'textarea', 'option'))
        if self.state == 'attr' and self.attr in URL_ATTRS:
            lead = self.attr_lead
            if ty == 'url' and lead == '':
                self.attr_lead = '\0url'
                self.w('ui_esc_url(b, %s);' % c)
                return
            frag = '#' in lead or '?' in lead
            if frag and ty in ('int', 'id'):
                pass
            elif lead.startswith('#') and ty == 'str':
                pass
            else:
                raise self.bad(n.line, '%s="..." takes a value of type url (%s is %s)' % (self.attr, n.path, ty))
        if ty == 'str':
            self.w('ui_esc(b, %s);' % c)
        elif ty == 'msg':
            self.w('if (%s != NULL) ui_esc_t(b, ui, %s, NULL, 0);' % (c, c))
        elif ty == 'int':
            self.w('buf_i64(b, %s);' % c if (self.state == 'attr' or n.fmt == 'raw') else 'ui_esc_int(b, ui, %s);' % c)
        elif ty == 'url':
            self.w('ui_esc(b, %s.s);' % c)
        elif ty == 'id':
            self.w('buf_put(b, id_hex(ui->a, %s));' % c)
        elif ty == 'date':
            if self.state == 'attr':
                self.w('buf_put(b, date_str(ui->a, %s));' % c)
            elif plain:
                self.w('ui_esc(b, %s(ui, %s));' % ('ui_day' if n.fmt == 'day' else 'ui_date', c))
            else:
                self.w("ui_put_date(b, ui, %s, '%s');" % (c, 'd' if n.fmt == 'day' else 'w'))
        elif ty == 'when':
            if self.state == 'attr' and not n.fmt:
                self.w('buf_put(b, when_rfc3339(ui->a, %s));' % c)
            elif plain:
                self.w('ui_esc(b, %s(ui, %s));' % ({'short': 'ui_when_short', 'ago': 'ui_ago'}.get(n.fmt, 'ui_when'), c))
            else:
                self.w("ui_put_when(b, ui, %s, '%s');" % (c, {'short': 's', 'ago': 'a'}.get(n.fmt, 'w')))
        elif ty == 'html':
            if plain:
                raise self.bad(n.line, 'html cannot stand in an attribute or plain text')
            self.w('buf_put(b, %s.s);' % c)
        elif ty == 'state':
            self.w('buf_z(b, ui_state_class(%s));' % c)
        else:
            raise self.bad(n.line, '%s is %s and cannot be printed' % (n.path, ty if isinstance(ty, str) else ty[0]))

    def n_t(self, n):
        self.value_ok(n)
        if self.state == 'attr' and self.attr in URL_ATTRS:
            raise self.bad(n.line, 'a sentence is no URL')
        self.w('ui_esc_t(b, ui, %s, %s);' % (c_lit(n.msg), self.uargs(n.args, n.line)))

    def n_tn(self, n):
        self.value_ok(n)
        c, ty = self.resolve(n.count, n.line)
        if ty != 'int':
            raise self.bad(n.line, '%s is no int' % n.count)
        self.w('ui_esc_tn(b, ui, %s, %s, %s, %s);' % (c, c_lit(n.one), c_lit(n.more), self.uargs(n.args, n.line)))

    def n_asset(self, n):
        if self.state != 'attr' or not (self.attr in URL_ATTRS or self.attr.startswith('data-')) or self.attr_lead:
            raise self.bad(n.line, '{asset:} is the whole value of href, src or a data- attribute')
        self.attr_lead = '\0url'
        self.w('ui_esc_url(b, asset(%s));' % c_lit(n.name))

    def snapshot(self):
        return (self.state, tuple(self.stack), '' if self.state == 'text' else self.tag, self.attr if self.state == 'attr' else '')

    def branch(self, nodes, line, what):
        before = self.snapshot()
        lead = getattr(self, 'attr_lead', '')
        self.depth += 1
        self.run(nodes)
        self.flush()
        self.depth -= 1
        if self.snapshot() != before:
            raise self.bad(line, 'a branch of %s must open and close the same tags (%s before, %s after)' % (
                what, '/'.join(before[1]) or 'nothing', '/'.join(self.stack) or 'nothing'))
        if self.state == 'attr' and self.attr in URL_ATTRS and self.attr_lead != lead:
            raise self.bad(line, 'no conditions inside a URL attribute')

    def n_if(self, n):
        if self.state == 'tag':
            self.lit(' ')
        before, after = dict(self.attrs), dict(self.attrs)
        for k, (cond, body, line) in enumerate(n.branches):
            self.attrs = dict(before)
            if cond is None:
                self.w('} else {')
            else:
                c = self.cond(cond, line)
                self.w(('if (%s) {' if k == 0 else '} else if (%s) {') % c)
            self.branch(body, line, 'if')
            after.update(self.attrs)
        self.attrs = after
        self.w('}')

    def n_for(self, n):
        if self.state == 'tag':
            raise self.bad(n.line, 'no loop inside a tag')
        c, ty = self.resolve(n.src, n.line)
        if not (isinstance(ty, tuple) and ty[0] == 'list'):
            raise self.bad(n.line, '%s is no list' % n.src)
        if n.var in self.scope or n.var in self.t.struct.fields:
            raise self.bad(n.line, '%s is already something else' % n.var)
        self.tmp += 1
        var = '%s_%d' % (n.var, self.tmp)
        if isinstance(c, tuple):
            self.w('size_t %s_n = 0;' % var)
            self.w('const %s *%s_l = %s(%s, &%s_n);' % (ty[1].cname, var, c[0], ', '.join(['ui'] + c[1]), var))
            c, cn = var + '_l', var + '_n'
        else:
            cn = c + '_n'
        self.w('for (size_t %s_i = 0; %s_i < %s; %s_i++) {' % (var, var, cn, var))
        self.depth += 1
        self.w('const %s *%s = &%s[%s_i];' % (ty[1].cname, var, c, var))
        self.w('(void)%s;' % var)
        self.depth -= 1
        self.scope[n.var] = (var, ty[1])
        self.branch(n.body, n.line, 'for')
        del self.scope[n.var]
        self.w('}')
        if n.other is not None:
            self.w('if (%s == 0) {' % cn)
            self.branch(n.other, n.line, 'for')
            self.w('}')

    def init(self, piece, args, line):
        """Designated initialiser of a piece's parameters."""
        out, seen = [], set()
        for name, kind, v in args:
            want = piece.struct.fields.get(name)
            if want is None or name in seen:
                raise self.bad(line, '%s has no parameter %s, or it is given twice; it has %s' % (piece.name, name, ', '.join(piece.struct.fields) or 'none'))
            seen.add(name)
            if kind == 'lit':
                if want == 'str':
                    out.append('.%s = %s' % (name, c_str(v)))
                elif want == 'url' and re.match(r'(/(?!/)|#|\?|https://)', v):
                    out.append('.%s = { %s }' % (name, c_str(v)))
                else:
                    raise self.bad(line, '%s of %s is %s; a text in quotes does not fit' % (name, piece.name, want))
            elif kind == 't':
                if want == 'str':
                    out.append('.%s = trf(ui, %s, %s)' % (name, c_lit(v.msg), self.uargs(v.args, line)))
                elif want == 'msg' and not v.args:
                    out.append('.%s = %s' % (name, c_lit(v.msg)))
                else:
                    raise self.bad(line, '%s of %s is %s; a sentence does not fit' % (name, piece.name, want))
            elif kind == 'asset':
                if want != 'url':
                    raise self.bad(line, '%s of %s is no url' % (name, piece.name))
                out.append('.%s = asset(%s)' % (name, c_lit(v)))
            else:
                m = re.fullmatch(r'(.+?)(?::([a-z]+))?', v)
                c, ty = self.resolve(m.group(1), line)
                if ty == 'msg' and want == 'str':
                    c, ty = '(%s != NULL ? tr(ui, %s) : STR_NONE)' % (c, c), 'str'
                if ty == 'int' and want == 'str':
                    c, ty = 'ui_int(ui, %s)' % c, 'str'
                if isinstance(ty, tuple) and isinstance(want, tuple) and ty[0] == want[0] and ty[1].cname == want[1].cname:
                    out.append('.%s = %s' % (name, c))
                    if ty[0] == 'list':
                        out.append('.%s_n = %s_n' % (name, c))
                elif ty == want:
                    out.append('.%s = %s' % (name, c))
                elif want == 'bool' and isinstance(ty, (str, tuple)):
                    out.append('.%s = %s' % (name, self.truth(c, ty, line)))
                else:
                    raise self.bad(line, '%s of %s is %s, %s is %s' % (name, piece.name, want if isinstance(want, str) else want[1].cname, v, ty if isinstance(ty, str) else ty[1].cname))
        return '&(const %s){ %s }' % (piece.struct.cname, ', '.join(out) or '0')

    def in_text(self, n, what):
        if self.state != 'text':
            raise self.bad(n.line, '%s stands in text, not inside a tag' % what)

    def n_piece(self, n):
        self.in_text(n, 'a piece')
        p = self.t.lookup_piece(n.name, n.line)
        init = self.init(p, n.args, n.line)
        if n.body is None:
            self.w('%s(b, ui, %s);' % (p.fn, init))
            return
        self.w('%s_open(b, ui, %s);' % (p.fn, init))
        self.branch(n.body, n.line, 'a piece')
        self.w('%s_close(b, ui, %s);' % (p.fn, init))

    def n_layout(self, n):
        p = self.t.lookup_piece(n.name, n.line)
        if not p.block:
            raise self.bad(n.line, '%s is no layout' % n.name)
        if self.t.block or self.stack or ''.join(self.out).strip() or self.pend.strip() or self.layout_close:
            raise self.bad(n.line, '{layout} is the first thing in the markup')
        self.pend = ''
        init = self.init(p, n.args, n.line)
        self.w('%s_open(b, ui, %s);' % (p.fn, init))
        self.layout_close = '%s_close(b, ui, %s);' % (p.fn, init)
    layout_close = ''

    def n_form(self, n):
        self.in_text(n, 'a form')
        if self.forms:
            raise self.bad(n.line, 'a form in a form')
        extra, form = '', None
        for name, kind, v in n.args:
            if name == 'form' and kind == 'path':
                form, ty = self.resolve(v, n.line)
                if ty != 'form':
                    raise self.bad(n.line, '%s is no form' % v)
            elif name == 'enctype' and v == 'multipart':
                extra += ' enctype="multipart/form-data"'
            elif name in ('class', 'id') and kind == 'lit' and re.fullmatch(r'[A-Za-z0-9 _-]+', v):
                extra += ' %s="%s"' % (name, v)
            else:
                raise self.bad(n.line, 'a form takes form=, class="", id="", enctype="multipart"')
        self.lit('<form method="post" autocomplete="off"%s action="' % extra)
        if n.action.startswith('"'):
            if not re.match(r'"/(?!/)', n.action):
                raise self.bad(n.line, 'a form goes to a path of this site')
            self.lit(n.action[1:-1])
        else:
            c, ty = self.resolve(n.action, n.line)
            if ty != 'url':
                raise self.bad(n.line, '%s is no url' % n.action)
            self.w('ui_esc_url(b, %s);' % c)
        self.lit('">')
        self.w('ui_form_hidden(b, ui);')
        if form:
            self.w('if (ui_form_bad(%s)) tpl_error_summary(b, ui, &(const TplErrorSummary){ .form = %s });' % (form, form))
        self.forms += 1
        self.stack.append('{form}')
        self.branch(n.body, n.line, 'form')
        if self.stack.pop() != '{form}':
            raise self.bad(n.line, 'tags crossed inside the form')
        self.forms -= 1
        self.lit('</form>')

    def n_content(self, n):
        raise self.bad(n.line, '{content} may not stand inside if, for, form or another piece')

    # ---- literal markup ----
    def n_text(self, n):
        s, i, line = n.s, 0, n.line
        if not any(x in ('pre', 'textarea') for x in self.stack) and self.state != 'attr':
            s = re.sub(r'[ \t]*\n\s*', '\n', s)
            s = re.sub(r'[ \t]+', ' ', s)
            if self.pend.endswith('\n') or (not self.pend and not self.out):
                s = s.lstrip('\n')
        while i < len(s):
            if self.state == 'text':
                i = self.text_at(s, i, line)
            elif self.state == 'tag':
                i = self.tag_at(s, i, line)
            else:
                j = s.find('"', i)
                part = s[i:] if j < 0 else s[i:j]
                if self.attr in URL_ATTRS and part:
                    if self.attr_lead == '' and not re.match(r'(/(?!/)|#|\?|https://|mailto:|tel:)', part):
                        raise self.bad(line, '%s="%s...": a path of this site, #, ?, https:// or a url value' % (self.attr, part))
                    if self.attr_lead == '\0url' and not part.startswith('#'):
                        raise self.bad(line, 'only a #fragment may follow a url value; build it with url_with()')
                    self.attr_lead += part
                self.attr_text += part
                self.lit(part)
                i += len(part)
                if j >= 0:
                    self.lit('"')
                    self.attrs[self.attr] = self.attr_text
                    self.state = 'tag'
                    i += 1

    def text_at(self, s, i, line):
        j = s.find('<', i)
        if j < 0:
            j = len(s)
        part = s[i:j]
        if part.strip() and self.stack and self.stack[-1] in ('script', 'style'):
            raise self.bad(line, 'nothing may stand inside <%s>' % self.stack[-1])
        self.lit(part)
        if j == len(s):
            return j
        if s.startswith('<!--', j):
            k = s.find('-->', j)
            if k < 0:
                raise self.bad(line, 'comment does not end (use {# #})')
            return k + 3
        m = re.compile(r'<!doctype html>', re.I).match(s, j)
        if m:
            self.lit('<!doctype html>')
            return m.end()
        m = re.compile(r'</([a-zA-Z][a-zA-Z0-9]*)\s*>').match(s, j)
        if m:
            name = m.group(1) if self.in_svg() else m.group(1).lower()
            if not self.stack or self.stack[-1] != name:
                raise self.bad(line + s.count('\n', 0, j), '</%s> does not close <%s>' % (name, self.stack[-1] if self.stack else 'nothing'))
            self.stack.pop()
            self.lit('</%s>' % name)
            return m.end()
        m = re.compile(r'<([a-zA-Z][a-zA-Z0-9]*)').match(s, j)
        if not m:
            raise self.bad(line + s.count('\n', 0, j), 'a lone "<": write &lt;')
        self.tag, self.attrs, self.state = m.group(1), {}, 'tag'
        self.lit('<' + self.tag)
        return m.end()

    def in_svg(self):
        return 'svg' in self.stack

    def tag_at(self, s, i, line):
        m = re.compile(r'\s+').match(s, i)
        if m:
            if not self.pend.endswith(' '):
                self.lit(' ')
            return m.end()
        if s.startswith('/>', i):
            if self.tag not in VOID and not self.in_svg() and self.tag not in SVG_EMPTY:
                raise self.bad(line, '<%s/> is not empty in HTML' % self.tag)
            self.end_tag(line, True)
            return i + 2
        if s[i] == '>':
            self.end_tag(line, False)
            return i + 1
        m = re.compile(r'([a-zA-Z][a-zA-Z0-9:_-]*)(=")?').match(s, i)
        if not m or (not m.group(2) and s[m.end():m.end() + 1] == '='):
            raise self.bad(line, 'in <%s>: attributes are name="value", in double quotes' % self.tag)
        name = m.group(1) if self.in_svg() or self.tag == 'svg' else m.group(1).lower()
        if name.lower().startswith('on') or name.lower() in NO_ATTRS:
            raise self.bad(line, '%s= is not allowed (the content security policy would drop it)' % name)
        if name in self.attrs and not self.attrs[name] == '\0':
            raise self.bad(line, '%s stands twice in <%s>' % (name, self.tag))
        self.lit(m.group(0))
        if m.group(2):
            self.state, self.attr, self.attr_lead, self.attr_text = 'attr', name, '', ''
        else:
            self.attrs[name] = ''
        return m.end()

    def end_tag(self, line, selfclose):
        tag, a = self.tag, self.attrs
        if tag == 'img' and 'alt' not in a:
            raise self.bad(line, '<img> without alt')
        if tag == 'script' and 'src' not in a:
            raise self.bad(line, '<script> without src: inline script is not allowed')
        if tag == 'style':
            raise self.bad(line, '<style> is not allowed; css/ has the styles')
        if tag in ('iframe', 'object', 'embed', 'base', 'applet', 'frame'):
            raise self.bad(line, '<%s> is not allowed' % tag)
        if tag == 'form' and (a.get('method', 'get').lower() != 'get' or a.get('autocomplete') != 'off'):
            raise self.bad(line, '<form> by hand is method="get" autocomplete="off"; others are written {form ...}')
        if tag == 'label' and 'for' in a:
            self.labels.add(a['for'])
        if tag in ('input', 'select', 'textarea') and a.get('type') not in ('hidden', 'submit', 'button'):
            if not ('aria-label' in a or 'aria-labelledby' in a or 'label' in self.stack):
                self.controls.append((a.get('id'), tag, line))
        self.pend = self.pend.rstrip(' ')
        self.lit('/>' if selfclose and self.in_svg() else '>')
        self.state = 'text'
        if tag not in VOID and not (selfclose and (self.in_svg() or tag in SVG_EMPTY)):
            self.stack.append(tag if self.in_svg() or tag == 'svg' else tag.lower())

    def finish(self):
        if self.state != 'text' or self.stack:
            raise self.bad(self.t.body_line, 'at the end still open: <%s>' % (self.stack[-1] if self.stack else self.tag))
        for ident, tag, line in self.controls:
            if ident is None or ident not in self.labels:
                raise self.bad(line, '<%s> has no label: <label for="..."> with the same text as its id, or aria-label' % tag)
        self.flush()


def gen_function(t):
    g = Gen(t)
    nodes = t.nodes
    cut = next((i for i, n in enumerate(nodes) if n.kind == 'content'), None)
    if t.block and cut is None:
        raise t.bad(t.body_line, '{content} must stand at the top, not inside if or for')
    if cut is None:
        g.run(nodes)
        g.pend = g.pend.rstrip('\n ')
        if g.layout_close:
            g.w(g.layout_close)
        g.finish()
        return [('', g.out)]
    g.run(nodes[:cut])
    g.flush()
    first, g.out = g.out, []
    g.run(nodes[cut + 1:])
    g.pend = g.pend.rstrip('\n ')
    g.finish()
    return [('_open', first), ('_close', g.out)]


def c_field(name, ty):
    if isinstance(ty, tuple):
        return ['const %s *%s;' % (ty[1].cname, name)] + (['size_t %s_n;' % name] if ty[0] == 'list' else [])
    c = SCALARS[ty]
    return ['%s%s%s;' % (c, '' if c.endswith('*') else ' ', name)]


def gen_struct(s, named, out, done):
    for ty in s.fields.values():
        if isinstance(ty, tuple) and ty[1].cname not in named and ty[1].cname not in done:
            gen_struct(ty[1], named, out, done)
    done.add(s.cname)
    body = [f for n, ty in s.fields.items() for f in c_field(n, ty)] or ['char none_;']
    out.append('typedef struct %s {\n    %s\n} %s;' % (s.cname, '\n    '.join(body), s.cname))


def load(room, page_dir, ui_dir):
    """-> (own templates, own named types, everything read)."""
    types, read = {}, []
    ui_types = parse_types(os.path.join(ui_dir, 'types.txt'), types)
    own_types = ui_types if room == 'ui' else parse_types(os.path.join(page_dir, 'types.txt'), types)
    pieces, own = {}, []
    for d, r in ([(ui_dir, 'ui')] if room == 'ui' else [(ui_dir, 'ui'), (page_dir, room)]):
        read.append(d)
        if os.path.exists(os.path.join(d, 'types.txt')):
            read.append(os.path.join(d, 'types.txt'))
        for f in sorted(os.listdir(d)):
            if not f.endswith('.html') or f.startswith('.'):
                continue
            t = Template(r, os.path.join(d, f), types)
            t.types = types
            pieces[t.name] = t
            read.append(t.path)
            if r == room:
                own.append(t)
    for t in own:
        t.pieces = pieces
        t.parse()
    return own, own_types, read


def write_if_changed(path, text):
    try:
        if open(path, encoding='utf-8').read() == text:
            return
    except OSError:
        pass
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def main(argv):
    opt, rest, i = {'--out': []}, [], 0
    while i < len(argv):
        if argv[i] == '--out':
            opt['--out'] = argv[i + 1:i + 3]
            i += 3
        elif argv[i] in ('--dep', '--ui'):
            opt[argv[i]] = argv[i + 1]
            i += 2
        else:
            rest.append(argv[i])
            i += 1
    room, page_dir = rest
    own, own_types, read = load(room, page_dir, opt['--ui'])
    guard = 'KETEN_%s_PAGE_H' % room.upper()
    h = ['/* Made by tools/tmplc.py from %s/page. */' % room, '#ifndef ' + guard, '#define ' + guard, '#include "foundation/ui/ui.h"']
    if room != 'ui':
        h.append('#include "foundation/ui/ui_page.h"')
    named, done = set(), set()
    for s in own_types:
        gen_struct(s, named, h, done)
        named.add(s.cname)
    if room != 'ui' and own:
        named |= set(n for n, s in own[0].types.items())
    c = ['/* Made by tools/tmplc.py from %s/page. */' % room, '#include "%s"' % os.path.basename(opt['--out'][1])]
    errors = []
    for t in own:
        gen_struct(t.struct, named, h, done)
        try:
            for suffix, body in gen_function(t):
                proto = 'void %s%s(Buf *b, const UiCtx *ui, const %s *t)' % (t.fn, suffix, t.struct.cname)
                h.append(proto + ';')
                c.append(proto + ' {\n    (void)b;\n    (void)ui;\n    (void)t;\n%s\n}' % '\n'.join(body))
        except Bad as e:
            errors.append(str(e))
    if errors:
        raise Bad('\n'.join(errors))
    h.append('#endif\n')
    write_if_changed(opt['--out'][0], '\n'.join(c) + '\n')
    write_if_changed(opt['--out'][1], '\n'.join(h))
    with open(opt['--dep'], 'w', encoding='utf-8') as f:
        f.write('%s: %s\n' % (opt['--out'][0], ' \\\n  '.join(p.replace(' ', '\\ ') for p in read)))


if __name__ == '__main__':
    try:
        main(sys.argv[1:])
    except Bad as e:
        print(e, file=sys.stderr)
        sys.exit(1)
