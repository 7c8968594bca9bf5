#!/usr/bin/env python3
"""Boots Debian's Xen in QEMU, runs xenquirks in dom0, and compares its report with what lspci, xl
and xenpm say there. Then boots the line that it advised through GRUB, and looks whether that is in
force. Last, it boots a menu.lst, a grub.cfg and a xen.cfg that xenquirks edited.

Needs no KVM. What it needs comes from Debian's packages and is kept in .cache/e2e, with the logs.
Exit status 0 only if all holds.
"""

import argparse
import concurrent.futures
import dataclasses
import gzip
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import advice
import checks
import edited
import grub_disc
import guest
import guest_image
import option_words
import packages
import shapes
import verified
from readings import Readings

CACHE = os.path.join(".cache", "e2e")
AT_ONCE = 2  # each guest keeps a core busy
SECOND_BOOT = "menu-lst"
OPTIONS = "options"
REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Run:
    """One run: prints a line for each step, and counts those that failed."""

    def __init__(self, replay):
        self.replay = replay
        self.started = time.monotonic()
        self.failed = 0
        self.lock = threading.Lock()
        self.files = None

    def say(self, text):
        with self.lock:
            print(f"{time.monotonic() - self.started:5.0f} s  {text}", flush=True)

    def result(self, step, problems, success, logs):
        if not problems:
            self.say(f"ok    {step}: {success}")
            return
        with self.lock:
            self.failed += 1
        lines = [f"FAIL  {step}: {len(problems)} not as they should be, see {logs}", *problems]
        self.say("\n             ".join(lines))

    # Files

    def prepare(self, binary, refresh):
        packages.install_host_tools(self.say)
        if refresh:
            shutil.rmtree(CACHE, ignore_errors=True)
        os.makedirs(CACHE, exist_ok=True)
        unpacked = packages.unpacked_root(CACHE, self.say)
        image = os.path.join(CACHE, "initrd")
        guest_image.build_image(unpacked, binary, image)
        hypervisor, kernel, initrd = guest_image.boot_files(unpacked)
        self.files = {hypervisor: os.path.join(unpacked, "boot", hypervisor),
                      kernel: os.path.join(unpacked, "boot", kernel), initrd: image}
        # QEMU's own loader takes the hypervisor unpacked; GRUB takes it as it is.
        with gzip.open(self.files[hypervisor]) as packed, \
                open(os.path.join(CACHE, "xen.elf"), "wb") as file:
            shutil.copyfileobj(packed, file)
        self.say(f"ready {hypervisor}, {kernel}, {os.path.getsize(image) >> 20} MiB of initrd")

    def options_boots(self, binary):
        """Every catalogued option on this Xen's line, as many a boot as it takes."""
        total, problems, version = 0, [], "?"
        for number, words in enumerate(option_words.Catalogue(binary).groups()):
            shape = dataclasses.replace(
                shapes.PLAIN, name=f"options-{number + 1}", xen_line=" ".join(words),
                left_out=tuple(name for name in shapes.SECTIONS if name != "xl-dmesg"))
            logs = os.path.join(CACHE, "logs", shape.name)
            try:
                if not self.replay:
                    kernel = list(self.files.values())[1]
                    hypervisor = os.path.join(CACHE, "xen.elf")
                    guest.boot(shape, guest.direct(shape, hypervisor, kernel, self.image_for(shape)),
                               logs)
                log = Readings(logs).xen_log
            except (guest.BootFailed, subprocess.SubprocessError, OSError) as error:
                problems.append(f"{shape.name}: {error}")
                continue
            banner = re.search(r"Xen version (\S+)", log)
            if not banner:
                problems.append(f"{shape.name}: the first lines of xl dmesg are gone")
                continue
            version = banner[1]
            problems += option_words.Catalogue(binary, version).problems(words, log)
            total += len(words)
        self.result("options", problems, f"{total} options are known or unknown to Xen {version} as "
                    "the catalogue says", os.path.join(CACHE, "logs", "options-*"))

    def edited_boot(self, binary, edit):
        """Boots a file that the program edited: its words must be on the lines then."""
        shape = edited.shape_of(edit)
        logs = os.path.join(CACHE, "logs", shape.name)
        folder = os.path.join(CACHE, shape.name)
        try:
            if not self.replay:
                before, path = edited.written(edit, list(self.files), folder + ".file")
                once, twice = edited.edit(binary, edit, path)
                problems = [f"{word}: on the line before the edit" for _, word in edited.WORDS
                            if word in before]
                problems += ["a second edit changed the file again"] if once != twice else []
                names = list(self.files)
                images = dict(self.files, **{names[2]: self.image_for(shape)})
                guest.boot(shape, edit.source(images, once, folder), logs)
            else:
                problems = []
            readings = Readings(logs)
            problems += [f"{word}: {found}" for target, word in edited.WORDS
                         for found in advice.contradictions(readings, target, word)]
        except (guest.BootFailed, packages.PackageError, subprocess.SubprocessError, OSError,
                LookupError, ValueError) as error:
            problems = [f"{type(error).__name__}: {error}"]
        words = " ".join(word for _, word in edited.WORDS)
        self.result(shape.name, problems, f"booted with {words}", logs)

    def image_for(self, shape):
        image = os.path.join(CACHE, f"initrd-{shape.name}.gz")
        guest_image.with_sections(list(self.files.values())[2], shape.sections(), image, shape.files)
        return image

    # Boots

    def first_boot(self, shape):
        """Boots a shape and compares; what it said, or None when it did not come up."""
        logs = os.path.join(CACHE, "logs", shape.name)

        def source():
            kernel = list(self.files.values())[1]
            hypervisor = os.path.join(CACHE, "xen.elf")
            return guest.direct(shape, hypervisor, kernel, self.image_for(shape))

        return self.boot_and_compare(shape, source, logs)

    def boot_and_compare(self, shape, source, logs):
        begun = time.monotonic()
        try:
            if not self.replay:
                guest.boot(shape, source(), logs)
            readings = Readings(logs)
            comparison = checks.compare(readings, shape)
            if shape.dom0_line:
                comparison.differences += verified.no_ops(readings)
        except (guest.BootFailed, packages.PackageError, subprocess.SubprocessError, OSError,
                LookupError, ValueError, TypeError) as error:
            self.result(shape.name, [f"{type(error).__name__}: {error}"], "", logs)
            return None
        took = time.monotonic() - begun
        self.result(shape.name, comparison.differences,
                    f"{comparison.agreeing} values agree, {took:.0f} s", logs)
        return readings

    def both_boots(self, shape):
        """The first boot, and then one with the line that it was advised."""
        before = self.first_boot(shape)
        if before is None:
            return
        entry = advice.Entry(before.text("bootline"))
        options = entry.added_to(before)
        known = [word for _, word in options if advice.has_known_effect(word)]
        words = " ".join(word for _, word in options)
        problems = [] if known else [
            f"`{shapes.BOOTLINE}` (exit status {before.exit_status('bootline')}) advises no option "
            f"whose effect is known here: {words or 'none at all'}"]
        for target, word in options:
            # Its line, and where its effect is known that too, must speak against it now.
            if len(advice.contradictions(before, target, word)) < 1 + (word in known):
                problems.append(f"{word}: its effect is there without it, and would prove nothing")
        problems += verified.before_boot(before, [word for _, word in options])
        problems += verified.observed(before)
        self.result("advice", problems, f"{words}: not yet in force", before.logs)
        self.say(f"note  observe takes {verified.cost(before):.1%} of an emulated CPU")
        if not problems:
            self.second_boot(shape, entry, options, before.text(verified.ADVICE))

    def second_boot(self, shape, entry, options, saved):
        # What the collector takes there was compared in the first boot.
        left_out = ("collected.json", "collected-nobody.json")
        verify = f"xenquirks verify --advice /{verified.ADVICE} --format json"
        shape = dataclasses.replace(shape, name=SECOND_BOOT, left_out=left_out,
                                    more={verified.AFTER: verify},
                                    files={verified.ADVICE: saved.encode()})
        logs = os.path.join(CACHE, "logs", shape.name)

        def source():
            disc = os.path.join(CACHE, "menu-lst.iso")
            names = list(self.files)
            images = dict(self.files, **{names[2]: self.image_for(shape)})
            changes = grub_disc.write_disc(entry, images, os.path.join(CACHE, "disc"), disc)
            self.say(f"note  {SECOND_BOOT}: " + ("; ".join(changes) or "the entry is as printed"))
            return guest.from_disc(disc)

        after = self.boot_and_compare(shape, source, logs)
        if after is None:
            return
        problems = [f"{word}: {found}" for target, word in options
                    for found in advice.contradictions(after, target, word)]
        problems += [f"advised now, and not before: {line.strip()}"
                     for line in after.text("bootline").split("\n")
                     if line not in entry.text.split("\n")]
        problems += verified.after_boot(after, [word for _, word in options])
        words = " ".join(word for _, word in options)
        self.result("in force", problems, f"{words}: failed before, holds now", logs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    edits = {edited.shape_of(edit).name: edit for edit in edited.FORMATS}
    names = [shape.name for shape in shapes.SHAPES] + [OPTIONS, *edits]
    parser.add_argument("binary", metavar="BINARY")
    parser.add_argument("--shape", action="append", choices=names,
                        help="only this one (repeatable)")
    parser.add_argument("--replay", action="store_true",
                        help="compare the saved logs, boot nothing")
    parser.add_argument("--refresh", action="store_true", help="fetch Debian's packages anew")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    if not os.path.exists(binary):
        sys.exit(f"e2e: {arguments.binary} is not there")
    os.chdir(REPOSITORY)

    run = Run(arguments.replay)
    chosen = [shape for shape in shapes.SHAPES if shape.name in (arguments.shape or names)]
    try:
        if not run.replay:
            run.prepare(binary, arguments.refresh)
    except (packages.PackageError, guest_image.ImageError, subprocess.SubprocessError,
            OSError) as error:
        sys.exit(f"e2e: {error}")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [pool.submit(run.both_boots if shape is shapes.PLAIN else run.first_boot, shape)
                for shape in chosen]
        if OPTIONS in (arguments.shape or names):
            jobs.append(pool.submit(run.options_boots, binary))
        jobs += [pool.submit(run.edited_boot, binary, edit) for name, edit in edits.items()
                 if name in (arguments.shape or names)]
    for job in jobs:
        job.result()
    run.say("all holds" if run.failed == 0 else f"{run.failed} steps failed")
    sys.exit(1 if run.failed else 0)


if __name__ == "__main__":
    main()
