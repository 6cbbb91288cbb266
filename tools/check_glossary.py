#!/usr/bin/env python3
"""docs/glossary.md is law/glossary.csv as a page. Without an argument: fails when the page is stale. With --write: writes it."""
import csv, sys

PAGE, DATA = "docs/glossary.md", "law/glossary.csv"


def cell(text):
    return text.replace("|", "\\|").strip()


def page(rows):
    now = [r for r in rows if not r["valid_to"]]
    words = sorted((r for r in now if r["avoid"] != "yes"), key=lambda r: r["word_nl"].lower())
    avoid = [r for r in now if r["avoid"] == "yes"]
    out = ["# Glossary", "",
           f"The words of the interface, the letters and the code. Made from `{DATA}` by `tools/check_glossary.py --write`; change the data, not this page.", "",
           "The identifier is what names the thing in the code, in exports and in the API.", "",
           "| Dutch | English | identifier | what it means |", "|---|---|---|---|"]
    out += [f"| {cell(r['word_nl'])} | {cell(r['word_en'])} | `{r['id']}` | {cell(r['text_en'])} |" for r in words]
    out += ["", "## In het Nederlands", "", "| woord | wat het betekent |", "|---|---|"]
    out += [f"| {cell(r['word_nl'])} | {cell(r['text_nl'])} |" for r in words]
    out += ["", "## Words to avoid in the interface", "", "| Dutch | English | instead |", "|---|---|---|"]
    out += [f"| {cell(r['word_nl'])} | {cell(r['word_en'])} | {cell(r['text_en'])} |" for r in avoid]
    out += ["", 'Staff write "melder" or "jij", never a role that reduces somebody to what happened to them.', ""]
    return "\n".join(out)


def main():
    with open(DATA, encoding="utf-8", newline="") as f:
        want = page(list(csv.DictReader(f)))
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as f:
            f.write(want)
        return 0
    try:
        with open(PAGE, encoding="utf-8") as f:
            have = f.read()
    except FileNotFoundError:
        have = ""
    if have != want:
        print(f"{PAGE} is stale: run tools/check_glossary.py --write")
        return 1
    print(f"{PAGE} is what {DATA} says")
    return 0


sys.exit(main())
