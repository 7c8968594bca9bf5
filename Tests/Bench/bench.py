#!/usr/bin/env python3
"""Measures xenquirks beside lspci: whole processes, interleaved runs, medians.

usage: bench.py [--check] [--dump FILE] BINARY

--dump FILE  the dump of a real machine (default: the largest of Tests/Fixtures/dumps, else a made one)
--check      exit 1 where a limit does not hold: at most 1.0 times lspci's time at every size, at most
             16 MiB at real size, a report of 1,000 functions in a second, --version at most 5 times /bin/true,
             time linear up to 10,000 functions, a log of 100,000 lines in 200 ms and, packed, in 32 MiB

The other dumps are made, the same on every machine, in .cache/bench.
"""

import argparse
import atexit
import gzip
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import dumps

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(ROOT, ".cache", "bench")
SIZES = (100, 1_000, 10_000)
# Under callgrind a process is 50 times slower.
LARGEST_COUNTED = 1_000
TIME = "/usr/bin/time"


def stripped(program):
    """A copy without debugging information, which valgrind of Debian 12 cannot read in a Swift program."""
    path = shutil.which(program) or program
    copy = os.path.join(tempfile.gettempdir(), f"stripped-{os.getpid()}-{os.path.basename(path)}")
    if not os.path.exists(copy):
        subprocess.run(["strip", "-o", copy, path], check=True)
        atexit.register(lambda: os.path.exists(copy) and os.remove(copy))
    return copy


class Failed(Exception):
    pass


class Measure:
    """One command, measured."""

    def __init__(self, *command):
        self.command = list(command)
        self.times = []
        self.mebibytes = None
        self.instructions = None

    def run(self):
        null = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
        start = time.perf_counter()
        child = os.posix_spawnp(self.command[0], self.command, os.environ, file_actions=null)
        _, status, _ = os.wait4(child, 0)
        self.times.append((time.perf_counter() - start) * 1000)
        if status != 0:
            code = os.waitstatus_to_exitcode(status)
            raise Failed(f"exit status {code}: {' '.join(self.command)}")

    def weigh(self):
        """The peak memory; the rusage of a child of this script would show the script's own."""
        if os.access(TIME, os.X_OK):
            done = subprocess.run(
                [TIME, "-f", "%M", *self.command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self.mebibytes = int(done.stderr.split()[-1]) / 1024

    def count(self):
        """The instructions executed, which no other load changes."""
        if shutil.which("valgrind"):
            done = subprocess.run(
                ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                 stripped(self.command[0]), *self.command[1:]],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
            if m := re.search(r"Collected : (\d+)", done.stderr):
                self.instructions = int(m[1]) / 1e6

    @property
    def milliseconds(self):
        return statistics.median(self.times)


class Row:
    """Ours beside theirs, for one input."""

    def __init__(self, name, functions, ours, theirs, runs, counted=True):
        self.name, self.functions, self.ours, self.theirs = name, functions, ours, theirs
        for _ in range(runs):
            ours.run()
            theirs.run()
        for measure in (ours, theirs):
            measure.weigh()
            if counted:
                measure.count()

    @property
    def ratio(self):
        return self.ours.milliseconds / self.theirs.milliseconds

    @property
    def rate(self):
        return self.functions / self.ours.milliseconds if self.functions else None

    def text(self):
        def number(value, digits=1):
            return "-" if value is None else f"{value:,.{digits}f}"

        cells = [number(self.functions, 0), number(self.ours.milliseconds, 2),
                 number(self.theirs.milliseconds, 2), number(self.ratio, 2),
                 number(self.ours.mebibytes), number(self.theirs.mebibytes),
                 number(self.ours.instructions), number(self.theirs.instructions), number(self.rate)]
        return f"{self.name:26}" + "".join(f"{cell:>10}" for cell in cells)


def real_dump(given):
    """The dump of a real machine: its path and how to call it."""
    if given:
        return given, os.path.basename(given)
    folder = os.path.join(ROOT, "Tests", "Fixtures", "dumps")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    if paths := [os.path.join(folder, name) for name in sorted(names) if name.endswith(".hex")]:
        largest = max(paths, key=os.path.getsize)
        return largest, os.path.basename(largest)
    return dumps.made(CACHE, 40), "made, real size"


def logs_packed():
    return os.path.join(CACHE, "log.gz")


def made_logs():
    """A log of 100,000 lines, as it is and packed; each tenth line means something."""
    path = os.path.join(CACHE, "log.txt")
    os.makedirs(CACHE, exist_ok=True)
    lines = ["[    0.000000] Linux version 6.1.0", "[    0.000000] Command line: quiet"]
    for number in range(100_000):
        text = (f"pcieport 0000:00:1c.{number % 4}: AER: Corrected error received: 0000:03:00.0" if number % 10 == 0
                else f"audit: type=1400 audit({number}.123:{number}): operation=\"open\" profile=\"example\" pid={number}")
        lines.append(f"[{number / 100:12.6f}] {text}")
    data = ("\n".join(lines) + "\n").encode()
    with open(path, "wb") as file:
        file.write(data)
    with open(logs_packed(), "wb") as file:
        file.write(gzip.compress(data, mtime=0))
    return [("log, 100,000 lines", path), ("log, packed", logs_packed())]


def measure_all(binary, dump):
    """Every row, printed as soon as it is known."""
    rows = {}

    def add(key, *arguments, **options):
        rows[key] = Row(*arguments, **options)
        print(rows[key].text(), flush=True)

    def against_lspci(key, name, path, runs, counted):
        with open(path, "rb") as file:
            functions = len(re.findall(rb"^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] ", file.read(), re.M))
        add(key, name, functions, Measure(binary, "scan", "--pci-dump", path),
            Measure("lspci", "-F", path, "-vvnn"), runs=runs, counted=counted)

    print(f"{'':26}{'func-':>10}{'ours':>10}{'lspci':>10}{'':>10}{'ours':>10}{'lspci':>10}"
          f"{'ours':>10}{'lspci':>10}{'ours':>10}")
    print(f"{'':26}{'tions':>10}{'ms':>10}{'ms':>10}{'ratio':>10}{'MiB':>10}{'MiB':>10}"
          f"{'Minstr':>10}{'Minstr':>10}{'func/ms':>10}")
    path, name = real_dump(dump)
    against_lspci("real", name[:25], path, 41, True)
    for size in SIZES:
        against_lspci(size, f"made, {size:,}", dumps.made(CACHE, size), max(5, min(41, 20_000 // size)),
                      size <= LARGEST_COUNTED)
    thousand = dumps.made(CACHE, 1_000)
    for form in ("markdown", "html"):
        add(form, f"report, {form}, 1,000", 1_000,
            Measure(binary, "report", "--quiet", "--format", form, "--pci-dump", thousand),
            Measure("lspci", "-F", thousand, "-vvnn"), runs=11)
    if subprocess.run(["lspci", "-vvnn"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        print("this machine: left out, lspci finds no PCI here")
    else:
        add("live", "this machine, -vvnn", None, Measure(binary, "scan"), Measure("lspci", "-vvnn"), runs=21)
    for name, path in made_logs():
        add(name, name, None, Measure(binary, "scan", "-q", "--root", CACHE, "--klog", path), Measure("gzip", "-t", logs_packed()),
            runs=11, counted=False)
    add("version", "--version, /bin/true", None, Measure(binary, "--version"), Measure("/bin/true"), runs=101)
    return rows


def broken_limits(rows):
    for key in ("real", *SIZES):
        if rows[key].ratio > 1.0:
            yield f"{rows[key].name}: {rows[key].ratio:.2f} times lspci's time; at most 1.0"
    for form in ("markdown", "html"):
        if rows[form].ours.milliseconds > 1000:
            yield f"{rows[form].name}: {rows[form].ours.milliseconds:.0f} ms; at most 1,000"
    memory = rows["real"].ours.mebibytes
    if memory is None or memory > 16:
        yield f"{rows['real'].name}: {memory and round(memory, 1)} MiB; at most 16"
    for name in ("log, 100,000 lines", "log, packed"):
        if rows[name].ours.milliseconds > 200:
            yield f"{name}: {rows[name].ours.milliseconds:.0f} ms; at most 200"
    memory = rows["log, packed"].ours.mebibytes
    if memory is None or memory > 32:
        yield f"log, packed: {memory and round(memory, 1)} MiB; at most 32"
    if rows["version"].ratio > 5:
        yield f"--version: {rows['version'].ratio:.2f} times /bin/true; at most 5"
    if rows[10_000].rate < rows[1_000].rate / 2:
        yield f"not linear: {rows[1_000].rate:.0f} functions/ms at 1,000, {rows[10_000].rate:.0f} at 10,000"


def main():
    parser = argparse.ArgumentParser(usage="bench.py [--check] [--dump FILE] BINARY")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--dump")
    parser.add_argument("binary")
    arguments = parser.parse_args()
    os.environ["LC_ALL"] = "C"
    try:
        rows = measure_all(os.path.abspath(arguments.binary), arguments.dump)
    except (Failed, OSError) as error:
        sys.exit(f"bench: {error}")
    broken = list(broken_limits(rows))
    for line in broken:
        print(f"over the limit: {line}")
    sys.exit(1 if arguments.check and broken else 0)


if __name__ == "__main__":
    main()
