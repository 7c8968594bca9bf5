#!/usr/bin/env python3
"""Which entry finds which machine: a table over a folder of captures, at two pairs of releases.

Every file that `lspci -xxx` could have written is taken (*.hex, *.txt with rows of bytes), with the
kernel log and the ACPI tables beside it where there are any. Prints for each entry how many
machines have it in each state, and with --list the machines that are asked to do something.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

RELEASES = [("4.20", "6.12"), ("4.2.5", "3.1")]
STATES = ["missing", "needed", "ineffective", "applied", "latent", "handled", "undecided"]
DUMP = re.compile(rb"(?m)^[0-9a-f]{2}:( [0-9a-f]{2}){16}\s*$")


def dumps(folder):
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            full = os.path.join(path, name)
            if name.endswith((".hex", ".txt")) and os.path.getsize(full) < 4 << 20:
                with open(full, "rb") as file:
                    if DUMP.search(file.read()):
                        yield full


def tables(folder):
    """Folders with ACPI tables."""
    for path, _, names in sorted(os.walk(folder)):
        if "FACP" in names:
            yield path


def run(binary, arguments):
    result = subprocess.run([binary, "scan", "--format", "json", "-q", *arguments],
                            capture_output=True, check=False)
    return json.loads(result.stdout) if result.returncode == 0 else None


def report(binary, path, xen, linux):
    arguments = ["--xen-version", xen, "--linux-version", linux]
    if os.path.isdir(path):
        with tempfile.TemporaryDirectory() as root:
            firmware = os.path.join(root, "sys", "firmware", "acpi")
            os.makedirs(firmware)
            shutil.copytree(path, os.path.join(firmware, "tables"))
            return run(binary, ["--root", root, *arguments])
    log = os.path.join(os.path.dirname(path), "dmesg.txt")
    if os.path.basename(path) == "lspci.hex" and os.path.exists(log):
        arguments += ["--klog", log]
    return run(binary, ["--pci-dump", path, *arguments])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("folder")
    parser.add_argument("--list", action="store_true", help="name the machines and the facts")
    arguments = parser.parse_args()
    paths = list(dumps(arguments.folder)) + list(tables(arguments.folder))
    if not paths:
        sys.exit(f"census: no captures in {arguments.folder}")
    for xen, linux in RELEASES:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            reports = list(pool.map(
                lambda path: report(arguments.binary, path, xen, linux), paths))
        counts = collections.defaultdict(collections.Counter)
        asking = []
        for path, found in zip(paths, reports):
            if found is None:
                continue
            for finding in found["findings"]:
                counts[finding["quirk"]][finding["state"]] += 1
                if finding["state"] in ("missing", "needed", "ineffective"):
                    asking.append((finding["quirk"], os.path.relpath(path, arguments.folder),
                                   finding))
            for item in found["undecided"]:
                counts[item["quirk"]]["undecided"] += 1
        read = sum(1 for found in reports if found is not None)
        print(f"\nXen {xen}, Linux {linux}: {read} captures, {len(paths) - read} refused")
        print(f"{'entry':44}" + "".join(f"{state[:9]:>10}" for state in STATES))
        for quirk in sorted(counts):
            row = "".join(f"{counts[quirk][state] or '':>10}" for state in STATES)
            print(f"{quirk:44}{row}")
        if arguments.list:
            for quirk, path, finding in sorted(asking, key=lambda item: item[:2]):
                facts = "; ".join(f"{item['fact']}: {item['value']}"
                                  for item in finding["because"])
                print(f"{finding['state']:9} {quirk} {path} {finding['subjects']} {facts}"[:400])


if __name__ == "__main__":
    main()
