#!/usr/bin/env python3
"""Gives what `xenquirks bootline --edit FILE --write` wrote to the loaders' own programs, and looks at what they make of it.

    loaders.py BINARY

grub-script-check reads every grub.cfg of Tests/Fixtures/boot, before and after each kind of edit. Every shell that is here
sources every default-grub. grub-mkconfig, with Debian's 10_linux and 20_linux_xen, makes a grub.cfg of edited settings;
it runs in a mount namespace of its own, with a made /boot and /etc/default, and needs root or user namespaces.

Each entry of Xen must then have the words that it had, but for those that the advice takes the place of, and each advised
word once, with none behind it that says otherwise. Bare Linux must gain nothing. Where a step says so, the tool may also
refuse the edit and leave the file as it was. One line per step; ends with 1 where one failed.
"""
import collections
import glob
import os
import shlex
import shutil
import sys
import tempfile

from grub import VARIABLES, Failed, accepted, lines_of, make_machine, mkconfig, run, settings, written

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "Fixtures")
MACHINE = ["--pci-dump", os.path.join(FIXTURES, "dumps", "nics-aspm-on.hex"), "--policy", "conservative"]
# The machine's advice, and words that need quotes: [] in a shell, () in a GRUB script.
QUOTED = ["--quirks", os.path.join(HERE, "quirks")]
QUOTED_WORDS = {"ivrs_ioapic[4]=00:14.0", "xen-pciback.hide=(0000:01:00.0)"}
SHELLS = [["sh"], ["dash"], ["busybox", "sh"], ["bash", "--posix"]]
EDITS = [[], ["--all-entries"], ["--as-new-entry"]]
# With it Linux leaves ASPM alone, whatever the advised policy.
OPPOSED = "pcie_aspm=off"

PLAIN = """GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="console=tty0"
GRUB_CMDLINE_XEN="dom0_mem=512M iommu=verbose"
GRUB_CMDLINE_XEN_DEFAULT="loglvl=all"
"""
AWKWARD = r"""GRUB_CMDLINE_LINUX="dyndbg=\"file drivers/xen/* +p\" console=tty0 'a=it'\\''s \$5'"
GRUB_CMDLINE_LINUX_DEFAULT='quiet pcie_aspm.policy=powersave'
GRUB_CMDLINE_XEN='ivrs_ioapic[4]=00:14.0 ivrs_hpet[0]=00:14.0 max_cstate=5'" com1=115200,8n1"
GRUB_CMDLINE_XEN_DEFAULT="efi=attr=uc msi=true"
"""
REPLACING = """GRUB_CMDLINE_LINUX="console=tty0 root=/dev/bare"
GRUB_CMDLINE_LINUX_XEN_REPLACE="console=hvc0 pcie_aspm=off"
GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="quiet pcie_aspm.policy=powersave"
"""
FROM_LINUX = 'GRUB_CMDLINE_LINUX_XEN_REPLACE="$GRUB_CMDLINE_LINUX console=hvc0"\n'
OWN, DROP_IN = "grub", "grub.d/xenquirks.cfg"


def read(path):
    """The text of a file; None where there is none."""
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


class Tool:
    def __init__(self, binary, *options):
        self.command = [os.path.abspath(binary), "bootline", *MACHINE, *options]
        lines = dict(line.split(": ", 1) for line in self.printed("raw").splitlines())
        self.xen, self.dom0 = shlex.split(lines["xen"]), shlex.split(lines["dom0"])

    def printed(self, style):
        done = run(*self.command, "--style", style)
        if done.returncode:
            raise Failed(f"--style {style}: {done.stderr.strip()}")
        return done.stdout

    def edit(self, path, *options, may_refuse=False):
        """Edits a file; False where it was refused, and may be."""
        before = read(path)
        done = run(*self.command, "--edit", path, "--write", *options)
        if done.returncode and may_refuse and read(path) == before:
            return False
        if done.returncode or read(path) == before:
            raise Failed(f"not edited, status {done.returncode}: {done.stderr.strip()}")
        return True

    def compare(self, where, before, after):
        """Holds the words of an entry after the edit, Xen's and dom0's, against those before."""
        for side, advised, old, new in zip(("Xen", "dom0"), (self.xen, self.dom0), before, after):
            names = {word.split("=")[0] for word in advised}
            other = [[w for w in words if w.split("=")[0] not in names and w != OPPOSED] for words in (old, new)]
            wrong = [f"its other words were {other[0]}, are {other[1]}"] if other[0] != other[1] else []
            for word in advised:
                same = [w for w in new if w.split("=")[0] == word.split("=")[0]]
                if same.count(word) != 1 or same[-1] != word:
                    wrong.append(f"{word} is advised, there is {' '.join(same) or 'none'}")
            if OPPOSED in new:
                wrong.append(f"{OPPOSED} is there")
            if wrong:
                raise Failed(f"{where}, {side}: {'; '.join(wrong)}")

    def compare_scripts(self, before, after, chosen=None):
        """Holds a GRUB script after an edit against the one before; the chosen entries, or all, must have changed."""
        (xen, bare), (new_xen, new_bare) = lines_of(before), lines_of(after)
        if not xen or [entry[0] for entry in xen] != [entry[0] for entry in new_xen]:
            raise Failed(f"the entries were {[e[0] for e in xen]}, are {[e[0] for e in new_xen]}")
        for index, (old, new) in enumerate(zip(xen, new_xen)):
            if chosen is None or index in chosen:
                self.compare(old[0], old[1:], new[1:])
            elif old != new:
                raise Failed(f"{old[0]}: changed, though not chosen")
        gain_nothing("a bare Linux", bare, new_bare)


def gain_nothing(what, before, after):
    for old, new in zip(before, after, strict=True):
        if gained := collections.Counter(new) - collections.Counter(old):
            raise Failed(f"{what} gained {shlex.join(gained)}")


# MARK: The steps


def edit_script(tool, folder, text, *options):
    """A grub.cfg, edited and put back."""
    path = written(os.path.join(folder, "grub.cfg"), accepted(text, "before the edit"))
    tool.edit(path, *options)
    after = accepted(read(path), "after the edit")
    if "--as-new-entry" in options:
        (old, old_bare), (new, new_bare) = lines_of(text), lines_of(after)
        if new[:-1] != old or new_bare != old_bare:
            raise Failed("the old entries are not what they were, with a new one behind them")
        tool.compare(new[-1][0], old[0][1:], new[-1][1:])
    else:
        tool.compare_scripts(text, after, None if "--all-entries" in options else {0})
    tool.edit(path, "--undo")
    if lines_of(accepted(read(path), "after --undo")) != lines_of(text):
        raise Failed("--undo left other words")


def edit_settings(tool, folder, text, shell):
    """An /etc/default/grub, edited and put back, as one shell reads it."""
    path = written(os.path.join(folder, "default", "grub"), text)
    before = settings(shell, path)
    tool.edit(path)
    after = settings(shell, path)
    for where, old, new in zip(("the normal entry", "the recovery entry"), before[0], after[0]):
        tool.compare(where, old, new)
    for name, old, new in zip(VARIABLES[4:], before[1], after[1]):
        gain_nothing(name, [old], [new])
    tool.edit(path, "--undo")
    if settings(shell, path) != before:
        raise Failed("--undo left other words")


def make_config(tool, folder, texts, change, kind="--is-x86-multiboot2", may_refuse=False):
    """A grub.cfg that grub-mkconfig makes of edited settings; it too is then edited and put back.

    change  the file to edit, or what changes the folder
    """
    make_machine(folder, texts, kind)
    before = mkconfig(folder)
    default = os.path.join(folder, "default")
    if callable(change):
        change(default)
    elif not tool.edit(os.path.join(default, change), may_refuse=may_refuse):
        return
    tool.compare_scripts(before, mkconfig(folder))
    if not callable(change):
        tool.edit(os.path.join(default, change), "--undo")
        if mkconfig(folder) != before:
            raise Failed("--undo leaves grub-mkconfig another result")
    for options in EDITS:
        edit_script(tool, folder, before, *options)


def printed_entry(tool):
    """The entry for /boot/grub/custom.cfg."""
    entries, _ = lines_of(accepted(tool.printed("grub.cfg"), "as it was printed"))
    tool.compare(entries[0][0], (["placeholder"], ["placeholder"]), entries[0][1:])


def steps(tool, quoted):
    """(name, what is done in a folder of its own)."""
    for sample in sorted(glob.glob(os.path.join(FIXTURES, "boot", "*.grub.cfg"))):
        for options in EDITS:
            name = f"{os.path.basename(sample)} {' '.join(options) or 'edited'}"
            yield name, lambda folder: edit_script(tool, folder, read(sample), *options)
            yield f"{name}, quoted words", lambda folder: edit_script(quoted, folder, read(sample), *options)
    texts = {os.path.basename(path): read(path) for path in sorted(glob.glob(os.path.join(FIXTURES, "boot", "*.default-grub")))}
    for name, text in {**texts, "awkward words": AWKWARD, "words for Xen alone": REPLACING}.items():
        for shell in (shell for shell in SHELLS if shutil.which(shell[0])):
            yield f"{name} read by {' '.join(shell)}", lambda folder: edit_settings(quoted, folder, text, shell)
        yield f"grub-mkconfig: {name}", lambda folder: make_config(tool, folder, {OWN: text}, OWN)
        yield f"grub-mkconfig: {name}, quoted words", lambda folder: make_config(quoted, folder, {OWN: text}, OWN)
    for one, what in (tool, "advice"), (quoted, "quoted words"):
        for kind in ("--is-arm64-efi", "none"):
            yield f"grub-mkconfig: {what}, grub-file {kind}", lambda folder: make_config(one, folder, {OWN: PLAIN}, OWN, kind)
        yield f"grub-mkconfig: {what} in a drop-in", lambda folder: make_config(one, folder, {OWN: PLAIN}, DROP_IN)
        yield f"grub-mkconfig: {what} printed for default/grub", lambda folder: make_config(
            one, folder, {OWN: PLAIN}, lambda default: written(f"{default}/{OWN}", PLAIN + one.printed("grub")))
        yield f"grub-mkconfig: {what} printed for a drop-in", lambda folder: make_config(
            one, folder, {OWN: PLAIN}, lambda default: written(f"{default}/{DROP_IN}", one.printed("grub.d")))
        yield f"{what} printed for custom.cfg", lambda folder: printed_entry(one)
    debian = texts["debian.default-grub"]
    for name, default, others, change in (
        ("a drop-in, pcie_aspm=off in default/grub", debian, {}, DROP_IN),
        ("a drop-in, other values in ..._XEN_DEFAULT", 'GRUB_CMDLINE_XEN_DEFAULT="max_cstate=5 dom0_mem=512M"\n', {}, DROP_IN),
        ("an empty ..._XEN_REPLACE", PLAIN + 'GRUB_CMDLINE_LINUX_XEN_REPLACE=""\n', {}, OWN),
        ("an empty ..._XEN_REPLACE, a drop-in", PLAIN + 'GRUB_CMDLINE_LINUX_XEN_REPLACE=""\n', {}, DROP_IN),
        ("a blank ..._XEN_REPLACE", PLAIN + 'GRUB_CMDLINE_LINUX_XEN_REPLACE=" "\n', {}, OWN),
        ("..._XEN_REPLACE made of ..._LINUX", PLAIN + FROM_LINUX, {}, OWN),
        ("..._XEN_REPLACE made of ..._LINUX, pcie_aspm=off there", debian + FROM_LINUX, {}, OWN),
        ("a later drop-in adds to ..._LINUX", PLAIN, {"50.cfg": 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX console=ttyS0"\n'}, OWN),
        ("a later drop-in sets ..._XEN", PLAIN, {"50.cfg": 'GRUB_CMDLINE_XEN="guest_loglvl=all"\n'}, OWN),
        ("a drop-in, a later one sets ..._XEN", PLAIN, {"zz.cfg": 'GRUB_CMDLINE_XEN="guest_loglvl=all"\n'}, DROP_IN),
    ):
        files = {OWN: default, **{f"grub.d/{other}": text for other, text in others.items()}}
        yield f"grub-mkconfig: {name} (or refused)", lambda folder: make_config(tool, folder, files, change, may_refuse=True)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: loaders.py BINARY")
    tool, quoted = Tool(sys.argv[1]), Tool(sys.argv[1], *QUOTED)
    if not tool.xen or not tool.dom0 or QUOTED_WORDS - {*quoted.xen, *quoted.dom0}:
        sys.exit("loaders: the machine's advice, or the words that need quotes, are not there")
    failed = done = 0
    # Each step runs before the next is made, so that it sees its own values.
    for name, step in steps(tool, quoted):
        done += 1
        with tempfile.TemporaryDirectory() as folder:
            try:
                step(folder)
                print(f"ok    {name}", flush=True)
            except (Failed, ValueError) as error:
                failed += 1
                print(f"FAIL  {name}: {error}", flush=True)
    print(f"{done} steps, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
