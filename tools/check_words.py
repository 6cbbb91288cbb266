#!/usr/bin/env python3
"""The Dutch that people read. What a victim reads is short: sentences of at most 15 words on average, none above 25, and "je".
Nowhere stands a word of the glossary's list to avoid, save between quotation marks or in the law's own words."""
import csv, glob, re, sys

PLAIN = {"steps/report/page/nl.po", "programs/web/page/nl.po"}
AVERAGE_MAX, SENTENCE_MAX = 15, 25
bad = []


def messages(path):
    at = key = None
    text = ""
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        m = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?)\s+"(.*)"$', line.strip())
        if m:
            if key and key.startswith("msgstr") and text:
                yield at, text
            key, text, at = m.group(1), m.group(2), number
        elif line.strip().startswith('"') and key:
            text += line.strip()[1:-1]
    if key and key.startswith("msgstr") and text:
        yield at, text


avoid = [r["word_nl"] for r in csv.DictReader(open("law/glossary.csv", encoding="utf-8")) if r["avoid"] == "yes"]
files = sorted(["po/nl.po"] + glob.glob("*/*/page/nl.po"))
for path in files:
    lengths = []
    for number, text in messages(path):
        for word in avoid:
            if re.search(r'(?<!["\'‘“„])\b%s' % re.escape(word), text, re.I):
                bad.append(f'{path}:{number}: "{word}" is a word to avoid')
        if path not in PLAIN or "Content-Type" in text:
            continue
        if re.search(r"\b(u|uw|uzelf)\b", text, re.I):
            bad.append(f'{path}:{number}: "u" where it says "je": {text[:60]}')
        for sentence in re.split(r"(?<=[.?!:;])\s+", text):
            n = len(re.findall(r"[\w{}'-]+", sentence))
            if n > SENTENCE_MAX:
                bad.append(f"{path}:{number}: a sentence of {n} words: {sentence[:60]}")
            if n > 2:
                lengths.append(n)
    if path in PLAIN and lengths and sum(lengths) / len(lengths) > AVERAGE_MAX:
        bad.append(f"{path}: {sum(lengths) / len(lengths):.1f} words a sentence on average")
    elif path in PLAIN and lengths:
        print(f"# {path}: {sum(lengths) / len(lengths):.1f} words a sentence, {max(lengths)} at most")
for line in bad:
    print(line)
sys.exit(1 if bad else 0)
