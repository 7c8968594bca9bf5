#!/usr/bin/env python3
"""Kills a program while it replaces a boot loader's file, and looks at what is left.

usage: kill-loop.py [--rounds N] [--most MS] [--command COMMAND] [BINARY] [-- ARGUMENT ...]

Each round restores the old text, starts the program, and sends SIGKILL after a random time. The file must then
be the whole old text or the whole new one, and every backup the whole old one. `{file}` in an argument is the file.
Every second kill is aimed at the moment in which the text changes, as far as the rounds before it show.

--command    run this by the shell's rules of quoting instead of BINARY and the arguments
--most       the longest time before the kill, in milliseconds (default 30)
--full-runs  rounds without a kill before the others: the first one's text is the new one (default 3)
--seed       of the random times

Exit status: 0 all rounds kept the promise; 1 not; 2 the loop proved nothing (no text seen as old, or as new).
"""

import argparse
import collections
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BACKUP = ".xenquirks-"
# Seconds by which the aim moves after a round, toward the moment of the change.
STEP = 0.0003
ARGUMENTS = ["bootline", "--style", "menu.lst", "--edit", "{file}", "--write"]
ENTRY = """title Xen {number}
\troot (hd0,0)
\tkernel /boot/xen-4.20.gz placeholder console=vga
\tmodule /boot/vmlinuz-6.12 root=/dev/sda1 ro quiet
\tmodule /boot/initrd.img-6.12

"""


def old_text(size):
    """A menu.lst of at least `size` bytes."""
    text = "default 0\ntimeout 5\n\n"
    number = 0
    while not number or len(text) < size:
        text += ENTRY.format(number=number)
        number += 1
    return text.encode()


def parse():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--most", type=float, default=30)
    parser.add_argument("--size", type=int, default=64 << 10, help="of the menu.lst, in bytes")
    parser.add_argument("--full-runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--command")
    parser.add_argument("binary", nargs="?")
    words = sys.argv[1:]
    rest = []
    if "--" in words:
        cut = words.index("--")
        words, rest = words[:cut], words[cut + 1:]
    options = parser.parse_args(words)
    if bool(options.command) == bool(options.binary):
        parser.error("give either BINARY or --command")
    options.words = shlex.split(options.command) if options.command else [
        options.binary, *(rest or ARGUMENTS)]
    if not any("{file}" in word for word in options.words):
        parser.error("no {file} among the arguments")
    return options


class Loop:
    def __init__(self, options, folder):
        self.folder = folder
        self.file = os.path.join(folder, "menu.lst")
        self.words = [word.replace("{file}", self.file) for word in options.words]
        self.old = old_text(options.size)
        self.new = None
        self.counts = collections.Counter()
        self.broken = []

    def restore(self):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        with open(self.file, "wb") as file:
            file.write(self.old)
        os.chmod(self.file, 0o640)

    def run(self, delay=None):
        """Runs the program in a session of its own, killed after the delay; true when it had ended."""
        process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, start_new_session=True)
        if delay is None:
            errors = process.communicate()[1]
            return process.returncode, errors.decode(errors="replace")
        time.sleep(delay)
        # The session's number stays ours until the process is waited for.
        os.killpg(process.pid, signal.SIGKILL)
        process.stderr.close()
        return process.wait(), ""

    def complete(self):
        """A run to the end, which shows the new text."""
        self.restore()
        status, errors = self.run()
        new = self.read(self.file)
        if status != 0:
            sys.exit(f"kill-loop: without a kill the program ends with status {status}: {errors.strip()}")
        if new is None or new == self.old:
            print("kill-loop: without a kill the program left the old text", file=sys.stderr)
            sys.exit(2)
        if self.new is not None and new != self.new:
            sys.exit("kill-loop: two runs without a kill wrote different texts")
        self.new = new
        self.look("without a kill")

    @staticmethod
    def read(path):
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def look(self, when):
        """Counts what is there, and remembers what should not be."""
        text = self.read(self.file)
        if text == self.old:
            self.counts["old"] += 1
        elif text == self.new:
            self.counts["new"] += 1
        else:
            self.counts["broken"] += 1
            self.broken.append(f"{when}: " + ("the file is gone" if text is None else
                                              f"{len(text)} bytes, old {len(self.old)}, new {len(self.new)}"))
        if text is not None and os.stat(self.file).st_mode & 0o7777 != 0o640:
            self.counts["broken"] += 1
            self.broken.append(f"{when}: the file has another mode")
        backups = 0
        for name in sorted(os.listdir(self.folder)):
            if name == "menu.lst":
                continue
            if name.startswith("menu.lst" + BACKUP):
                backups += 1
                self.counts["backups"] += 1
                if self.read(os.path.join(self.folder, name)) != self.old:
                    self.counts["broken"] += 1
                    self.broken.append(f"{when}: {name} is not the old text")
            else:
                self.counts["temporary files"] += 1
        if text == self.new and not backups:
            self.counts["new without a backup"] += 1


def main():
    options = parse()
    random.seed(options.seed)
    folder = tempfile.mkdtemp(prefix="xenquirks-kill-")
    try:
        loop = Loop(options, folder)
        for _ in range(max(1, options.full_runs)):
            loop.complete()
        loop.counts.clear()
        ended = 0
        aim = options.most / 2000
        for number in range(options.rounds):
            loop.restore()
            delay = random.uniform(0, options.most / 1000) if number % 2 else max(0, random.gauss(aim, 0.0005))
            status, _ = loop.run(delay)
            if number % 2 == 0:
                aim += STEP if loop.read(loop.file) == loop.old else -STEP
            ended += status != -signal.SIGKILL
            loop.look(f"round {number + 1}, killed after {delay * 1000:.1f} ms")
    finally:
        shutil.rmtree(folder)
    for name in ("old", "new", "broken", "backups", "new without a backup", "temporary files"):
        print(f"{name:22}{loop.counts[name]:6}")
    print(f"{'ended before the kill':22}{ended:6}")
    for line in loop.broken[:10]:
        print(f"kill-loop: {line}", file=sys.stderr)
    if loop.broken:
        sys.exit(1)
    if not loop.counts["old"] or not loop.counts["new"]:
        print("kill-loop: only one of the texts was seen; try another --most", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
