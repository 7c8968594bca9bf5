#!/usr/bin/env python3
"""Opens every page of the gallery in a real browser, and some that no sane machine would give.

usage: pages.py BINARY

Of each: no message on the console, no request but for the file itself, a title, no scroll bar below a
window of 360 pixels, nothing of a picture cut off, letters that can be told from what is behind them;
in light, in dark and on paper. Then `tidy` reads it. Pictures of all are in .cache/pages.
Exit status 0 only if all holds.
"""

import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

from browser import Browser, BrowserError

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PICTURES = os.path.join(".cache", "pages")
LOOKS = [("light", 1280, "light", "screen"), ("dark", 1280, "dark", "screen"),
         ("narrow", 360, "light", "screen"), ("narrow-dark", 360, "dark", "screen"),
         ("paper", 794, "light", "print"), ("paper-dark", 794, "dark", "print")]
CONTRAST = 4.5  # WCAG 2.2, 1.4.3

# Names that devices, firmware or whoever wrote them may have.
HOSTILE = ["<script>document.title='run'</script>", "</text></svg><img src=x onerror=alert(1)>",
           "</title></style><b>bold", "\" onload=\"x", "a" * 10_000, "\u202eevil\u2066", "line\u2028end",
           "&amp;&#60;script&gt;", "]]><!--", "'); alert(1); ('"]

MEASURES = """(() => {
  const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = color => {
    const part = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(color[0]) + 0.7152 * part(color[1]) + 0.0722 * part(color[2]);
  };
  const back = light(numbers(getComputedStyle(document.body).backgroundColor));
  const faint = new Set(), cut = [];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(element), drawn = element.closest('svg');
    if (element.closest('title')) continue;
    const fore = light(numbers(drawn ? style.fill : style.color));
    const ratio = (Math.max(fore, back) + 0.05) / (Math.min(fore, back) + 0.05);
    if (ratio < CONTRAST) faint.add(`${element.tagName}.${element.className.baseVal ?? element.className} ${ratio.toFixed(1)}`);
  }
  for (const text of document.querySelectorAll('svg text')) {
    const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
    if (box.x < 0 || box.y < 0 || box.x + box.width > view.width || box.y + box.height > view.height)
      cut.push(text.textContent.slice(0, 60));
  }
  const overlapping = [];
  for (const picture of document.querySelectorAll('svg')) {
    const rows = new Map();
    for (const text of picture.querySelectorAll('text')) {
      const box = text.getBBox(), row = text.getAttribute('y');
      for (const other of rows.get(row) || [])
        if (box.x < other.x + other.width && other.x < box.x + box.width) overlapping.push(text.textContent.slice(0, 60));
      rows.set(row, [...(rows.get(row) || []), box]);
    }
  }
  return {
    title: document.title, language: document.documentElement.lang,
    scripts: document.scripts.length, scroll: document.documentElement.scrollWidth, window: innerWidth,
    untitled: [...document.querySelectorAll('svg')].filter(s => !s.querySelector('title')).length,
    faint: [...faint], cut, overlapping, text: document.body.textContent.slice(0, 2000000),
    elements: [...new Set([...document.querySelectorAll('*')].map(e => e.localName))],
  };
})()""".replace("CONTRAST", str(CONTRAST))

ELEMENTS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "ul", "li",
            "table", "tbody", "tr", "th", "td", "section", "article", "details", "summary", "footer",
            "span", "code", "dl", "dt", "dd", "a", "div", "svg", "text", "path", "rect", "circle", "caption",
            "pre", "g", "line", "thead", "nav"}


def problems_of(browser, path, look, width, scheme, media):
    """What is wrong with a page in one look."""
    browser.open(path, width, scheme, media)
    found = browser.value(MEASURES)
    for event in browser.events:
        method, told = event["method"], event["params"]
        if method == "Network.requestWillBeSent" and told["request"]["url"] != "file://" + os.path.abspath(path):
            yield f"asks for {told['request']['url'][:80]}"
        elif method == "Runtime.consoleAPICalled":
            yield f"console: {told['args']}"
        elif method == "Runtime.exceptionThrown":
            yield f"exception: {told['exceptionDetails'].get('text')}"
        elif method == "Log.entryAdded":
            yield f"log: {told['entry'].get('text')}"
        elif method == "Page.javascriptDialogOpening":
            yield "opens a dialog"
    if not found["title"].startswith(("xenquirks", "Reports of xenquirks")):
        yield f"its title is '{found['title'][:40]}'"
    if found["language"] != "en":
        yield "says no language"
    if found["scripts"]:
        yield f"{found['scripts']} scripts"
    if found["untitled"]:
        yield f"{found['untitled']} pictures without a title"
    if found["scroll"] > found["window"]:
        yield f"{found['scroll']} pixels wide in a window of {found['window']}"
    for kind in ("cut", "overlapping", "faint"):
        if found[kind]:
            yield f"{kind}: {found[kind][:3]}"
    if others := set(found["elements"]) - ELEMENTS:
        yield f"elements that no page has: {sorted(others)}"


# A page with everything that is looked for.
BAD = """<!DOCTYPE html><html><head><style>.f { color: #999; } svg text { font: 13px monospace; }</style></head><body>
<script>console.log("x"); fetch("none.json").catch(() => {}); throw new Error("y");</script><img src="none.png">
<p class="f">faint</p><div style="width: 2000px">wide</div>
<svg width="50" height="20" viewBox="0 0 50 20"><text x="0" y="15">a</text><text x="3" y="15">cut off here</text></svg>
</body></html>"""
FOUND = ["asks for", "console:", "exception:", "its title", "says no language", "scripts", "without a title",
         "pixels wide", "cut:", "overlapping:", "faint:", "elements that"]


def blind_spots(browser, folder):
    """What this program fails to find in a page that has it."""
    path = os.path.join(folder, "bad.html")
    with open(path, "w", encoding="utf-8") as file:
        file.write(BAD)
    found = list(problems_of(browser, path, *LOOKS[0])) + [f"tidy: {line}" for line in tidied(path)]
    return [kind for kind in FOUND + ["tidy:"] if not any(kind in problem for problem in found)]


def tidied(path):
    """What tidy complains of."""
    done = subprocess.run(["tidy", "-e", "-q", "--gnu-emacs", "yes", "--drop-empty-elements", "no", path],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    return done.stderr.split("\n")[:3] if done.returncode else []


def hostile_machine(folder):
    """A tree, its names and its log full of what must stay text; xenquirks makes a page of it."""
    tree = os.path.join(folder, "tree")
    shutil.copytree("Tests/Fixtures/trees/howto", tree, symlinks=True)
    names = os.path.join(folder, "pci.ids")
    with open("reports/gallery/pci.ids", encoding="utf-8") as file:
        lines = file.read().split("\n")
    with open(names, "w", encoding="utf-8") as file:
        number = 0
        for line in lines:
            if line.startswith("\t"):
                line = f"{line[:5]}  {HOSTILE[number % len(HOSTILE)]}"
                number += 1
            file.write(line + "\n")
    for field, text in zip(("board_name", "bios_version", "product_name", "sys_vendor"), HOSTILE):
        path = os.path.join(tree, "sys/class/dmi/id", field)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    words = ["xen-line", "<script>alert(1)</script> \"quo ted\" dom0_mem=2048M", "dom0-line",
             "pcie_aspm=off <img src=x> \u202e&lt;b&gt; " + "w" * 3000]
    return ["--root", tree, "--pci-ids", names, "--redact", "none",
            "--" + words[0], words[1], "--" + words[2], words[3]]


def made_pages(binary, folder):
    """Pages that are not in the gallery: hostile names, and a thousand functions."""
    sys.path.insert(0, os.path.join("Tests", "Bench"))
    import dumps
    large = dumps.made(folder, 1_000)
    pages = {"hostile": hostile_machine(folder), "large": ["--pci-dump", large],
             "nothing": ["--root", os.path.join(folder, "none")]}
    os.makedirs(os.path.join(folder, "none"))
    for name, words in pages.items():
        path = os.path.join(folder, name + ".html")
        subprocess.run([binary, "report", "--quiet", "--format", "html", "-o", path, *words], check=True)
        yield name, path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("binary", metavar="BINARY")
    binary = os.path.abspath(parser.parse_args().binary)
    os.chdir(REPOSITORY)
    shutil.rmtree(PICTURES, ignore_errors=True)
    os.makedirs(PICTURES)
    failed = looked = 0
    with tempfile.TemporaryDirectory() as folder:
        pages = [(os.path.basename(os.path.dirname(path)), path)
                 for path in sorted(glob.glob("reports/gallery/*/report.html"))]
        pages.append(("index", "reports/gallery/index.html"))
        pages += made_pages(binary, folder)
        browser = Browser()
        try:
            if blind := blind_spots(browser, folder):
                sys.exit(f"pages: these would not be noticed: {blind}")
            for name, path in pages:
                problems = [f"tidy: {line}" for line in tidied(path)]
                for look in LOOKS:
                    problems += [f"{look[0]}: {problem}" for problem in problems_of(browser, path, *look)]
                    browser.screenshot(os.path.join(PICTURES, f"{name}-{look[0]}.png"))
                    looked += 1
                browser.print_to(os.path.join(PICTURES, f"{name}.pdf"))
                if name == "hostile":
                    text = browser.value("document.body.textContent")
                    problems += [f"'{wanted[:30]}' is not to be read on the page" for wanted in HOSTILE[:1]
                                 if wanted not in text]
                print(f"{'FAIL' if problems else 'ok  '}  {name}", *problems, sep="\n        " if problems else " ",
                      flush=True)
                failed += bool(problems)
        finally:
            browser.close()
    print(f"{len(pages)} pages, {looked} looks, {failed} not as they should be; pictures in {PICTURES}")
    sys.exit(1 if failed or len(pages) < 10 else 0)


if __name__ == "__main__":
    try:
        main()
    except (BrowserError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"pages: {error}")
