#!/usr/bin/env python3
"""House style that a script can see: sizes, SQL only in stores, HTML only in templates, banned calls, leftovers.
What is allowed beyond the rule stands in ALLOWED with its reason."""
import os, re, subprocess, sys

FUNCTION_MAX, FILE_MAX = 60, 600
# (kind, path or path:function) -> why
ALLOWED = {}
for line in open("tools/style_allowed.txt", encoding="utf-8"):
    line = line.split("#")[0].split()
    if len(line) >= 2:
        ALLOWED[(line[0], line[1])] = True

SQL = re.compile(r'"\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX)|PRAGMA\s)', re.S)
HTML = re.compile(r'"[^"\n]*<(div|p|a|span|table|tr|td|ul|li|form|input|button|h[1-6]|section|body|html)[ >]')
LEFT = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BANNED = re.compile(r"(?<![\w.>])(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|atoi|atol|gets|scanf|sscanf|gmtime|localtime|system|popen|mktemp|tmpnam|rand|srand|alloca|setlocale)\s*\(")
ALLOC = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|free)\s*\(")
ALLOC_ROOMS = ("foundation/", "programs/", "bench/")
bad = []


def allowed(kind, what):
    return (kind, what) in ALLOWED


def strip(text):
    """Blanks out comments and, for the brace count, strings; keeps line breaks."""
    out, i, n = [], 0, len(text)
    while i < n:
        c = text[i]
        if text.startswith("/*", i):
            end = text.find("*/", i + 2)
            end = n if end < 0 else end + 2
            out.append(re.sub(r"[^\n]", " ", text[i:end]))
            i = end
        elif text.startswith("//", i):
            end = text.find("\n", i)
            end = n if end < 0 else end
            out.append(" " * (end - i))
            i = end
        elif c in "\"'":
            j = i + 1
            while j < n and text[j] != c and text[j] != "\n":
                j += 2 if text[j] == "\\" else 1
            out.append(c + " " * (j - i - 1) + c)
            i = j + 1
        else:
            out.append(c)
            i += 1
    return "".join(out)


def functions(code):
    depth, start, name = 0, 0, ""
    lines = code.split("\n")
    for number, line in enumerate(lines, 1):
        before = depth
        depth += line.count("{") - line.count("}")
        if before == 0 and depth > 0:
            head = " ".join(lines[max(0, number - 3):number])
            m = re.search(r"(\w+)\s*\([^;{}]*\)\s*\{[^{}]*$", head)
            start, name = number, m.group(1) if m else ""
        if before > 0 and depth == 0 and name:
            yield name, start, number
            name = ""


def check(path):
    text = open(path, encoding="utf-8").read()
    code = strip(text)
    lines = text.count("\n")
    test = path.endswith(("_test.c", "_fuzz.c"))
    generated = "/build" in path
    if lines > FILE_MAX and not allowed("file", path) and not generated:
        bad.append(f"{path}: {lines} lines, {FILE_MAX} is the most")
    for name, start, end in functions(code):
        if end - start + 1 > FUNCTION_MAX and not allowed("function", f"{path}:{name}") and not test:
            bad.append(f"{path}:{start}: {name} has {end - start + 1} lines, {FUNCTION_MAX} is the most")
    for number, (raw, line) in enumerate(zip(text.split("\n"), code.split("\n")), 1):
        m = BANNED.search(line)
        if m and not path.endswith("banned.h"):
            bad.append(f"{path}:{number}: {m.group(1)} is banned")
        m = ALLOC.search(line)
        if m and not path.startswith(ALLOC_ROOMS) and not test and not allowed("alloc", path):
            bad.append(f"{path}:{number}: {m.group(1)} outside foundation; take it from an arena")
        if LEFT.search(raw):
            bad.append(f"{path}:{number}: unfinished: {raw.strip()[:80]}")
    if test or path.startswith("programs/"):
        return
    bare = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)
    if not re.search(r"_store\.c$", path) and not path.startswith(("foundation/store/", "foundation/jobs/")) and not allowed("sql", path):
        for m in SQL.finditer(bare):
            bad.append(f"{path}:{bare[:m.start()].count(chr(10)) + 1}: SQL outside a store file")
    if not allowed("html", path):
        for m in HTML.finditer(bare):
            bad.append(f"{path}:{bare[:m.start()].count(chr(10)) + 1}: HTML outside a template")


count = 0
for floor in ("foundation", "core", "steps", "programs", "bench", "browser"):
    for folder, _, names in os.walk(floor):
        if "node_modules" in folder:
            continue
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                check(os.path.join(folder, name))
                count += 1
# What a merge left behind, wherever text is kept; and scripts that the shell cannot read.
MARKS = re.compile(r"^(<<<<<<< |>>>>>>> )", re.M)
for folder, folders, names in os.walk("."):
    folders[:] = [f for f in folders if f not in (".git", "build", "node_modules")]
    for name in names:
        path = os.path.join(folder, name)[2:]
        if not name.endswith((".c", ".h", ".py", ".js", ".mjs", ".sh", ".md", ".txt", ".po", ".html", ".sql", ".csv", ".json", ".css", ".build")) and name not in ("Makefile", "run"):
            continue
        with open(path, encoding="utf-8", errors="replace") as f:
            if MARKS.search(f.read()):
                bad.append(f"{path}: the marks of a merge that was not finished")
        if name.endswith(".sh") and subprocess.run(["bash", "-n", path], capture_output=True).returncode != 0:
            bad.append(f"{path}: the shell cannot read it")
print(f"# {count} files")
for line in sorted(bad):
    print(line)
sys.exit(1 if bad else 0)
