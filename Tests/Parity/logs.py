#!/usr/bin/env python3
"""What the logs of a folder say: a table of signatures over all files, and with --list every hit.

Every *.txt and *.log is taken, packed with gzip or not; one with lines of Xen is read as `xl dmesg` prints
it as well.
"""

import argparse
import collections
import gzip
import json
import os
import subprocess
import sys
import tempfile


def files(folder):
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith((".txt", ".log", ".gz")):
                yield os.path.join(path, name)


def content(path):
    with open(path, "rb") as file:
        data = file.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def hits(binary, path):
    """The hits in a file; none where neither reader takes it."""
    arguments = ["--klog", path]
    if b"(XEN)" in content(path):
        arguments += ["--xl-dmesg", path]
    with tempfile.TemporaryDirectory() as root:
        result = subprocess.run(
            [binary, "scan", "--format", "json", "-q", "--root", root, *arguments],
            capture_output=True, check=False)
    if result.returncode != 0:
        print(f"{path}: status {result.returncode}: {result.stderr.decode().strip()}")
        return []
    return json.loads(result.stdout)["logs"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--list", action="store_true", help="print every hit with its first line")
    options = parser.parse_args()
    found = collections.defaultdict(list)
    count = 0
    for folder in options.folder:
        for path in files(folder):
            count += 1
            for hit in hits(options.binary, path):
                found[hit["log"], hit["signature"]].append((path, hit))
    print(f"{count} logs")
    for (log, name), rows in sorted(found.items(), key=lambda row: -len(row[1])):
        lines = sum(hit["count"] for _, hit in rows)
        tied = sum(bool(hit["subjects"]) for _, hit in rows)
        print(f"{len(rows):5} logs {lines:7} lines {tied:4} tied  {log} {name}")
        if options.list:
            for path, hit in rows:
                print(f"        {os.path.basename(path)[:40]:40} {hit['count']:5} "
                      f"{','.join(hit['subjects'][:3])} | {hit['line'][:140]}")
    return 0


sys.exit(main())
