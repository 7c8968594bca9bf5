"""GRUB's own programs, and what their files say."""
import os
import shlex
import shutil
import subprocess

VARIABLES = ["GRUB_CMDLINE_" + name for name in (
    "XEN", "XEN_DEFAULT", "LINUX_XEN_REPLACE", "LINUX_XEN_REPLACE_DEFAULT", "LINUX", "LINUX_DEFAULT")]
LOADERS = ("multiboot", "multiboot2", "xen_hypervisor")
MODULES = ("module", "module2", "xen_module")
PROBE = """#!/bin/sh
case "$*" in
*target=device*) echo /dev/sda1 ;;
*target=fs_uuid*) echo 01234567-89ab-cdef-0123-456789abcdef ;;
*target=fs*) echo ext2 ;;
*target=partmap*) echo gpt ;;
esac
"""


class Failed(Exception):
    pass


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def written(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


# MARK: A grub.cfg


def accepted(text, when):
    """The text, where grub-script-check takes it."""
    done = run("grub-script-check", input=text)
    if done.returncode:
        raise Failed(f"grub-script-check refuses it {when}: {done.stderr.strip()}")
    return text


def commands(script):
    """The words of each command of a GRUB script."""
    for line in script.splitlines():
        if line.lstrip().startswith("#"):
            continue
        lexer = shlex.shlex(line, posix=True, punctuation_chars=";")
        lexer.whitespace_split, lexer.commenters = True, ""
        words = []
        for word in [*lexer, ";"]:
            if word not in (";", "{", "}"):
                words.append(word)
            elif words:
                yield words
                words = []


def lines_of(script):
    """What a GRUB script boots: (title, Xen's words, dom0's words) of each Xen entry; the words of each bare Linux."""
    title, xen, bare = "", [], []
    for words in commands(script):
        if words[0] == "menuentry":
            title = words[1]
        elif words[0] in LOADERS:
            xen.append((title, words[2:], None))
        elif words[0] in MODULES and xen[-1][2] is None:
            xen[-1] = (*xen[-1][:2], words[2:])
        elif words[0] == "linux":
            bare.append(words[2:])
    return xen, bare


# MARK: Its settings


def settings(shell, path):
    """What a file of settings makes, by 20_linux_xen's rule: (Xen's words, dom0's) of the normal and of the recovery
    entry; the values of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT."""
    if (done := run(*shell, "-n", path)).returncode:
        raise Failed(f"{' '.join(shell)} -n: {done.stderr.strip()}")
    text = '. "$1"; printf "%s\\n"' + "".join(f' "${name}"' for name in VARIABLES)
    done = run(*shell, "-c", text, "sh", path, env={"PATH": os.environ["PATH"]})
    values = done.stdout.splitlines()
    if done.returncode or done.stderr or len(values) != len(VARIABLES):
        raise Failed(f"{' '.join(shell)}: {done.stderr.strip() or done.stdout}")
    # A blank is a value: it too takes the place of bare Linux's words.
    values[2], values[3] = values[2] or values[4], values[3] or values[5]
    xen, xen_default, dom0, dom0_default, linux, linux_default = map(shlex.split, values)
    return [(xen + xen_default, dom0 + dom0_default), (xen, dom0)], [linux, linux_default]


# MARK: grub-mkconfig


def make_machine(folder, texts, kind):
    """What grub-mkconfig finds: /boot, /etc/default, two of its scripts, and in place of its probes some that know no disk.

    kind  the one question that grub-file says yes to
    """
    for name in ("xen-4.17-amd64.gz", "vmlinuz-6.1.0-1-amd64", "initrd.img-6.1.0-1-amd64"):
        written(os.path.join(folder, "boot", name), "")
    written(os.path.join(folder, "boot", "config-6.1.0-1-amd64"), "CONFIG_XEN_DOM0=y\n")
    for name, text in texts.items():
        written(os.path.join(folder, "default", name), text)
    os.makedirs(os.path.join(folder, "default", "grub.d"), exist_ok=True)
    os.makedirs(os.path.join(folder, "grub.d"))
    for name in ("10_linux", "20_linux_xen"):
        shutil.copy(os.path.join("/etc/grub.d", name), os.path.join(folder, "grub.d"))
    written(os.path.join(folder, "grub-probe"), PROBE, 0o755)
    written(os.path.join(folder, "grub-file"), f'#!/bin/sh\n[ "$1" = {kind} ]\n', 0o755)
    written(os.path.join(folder, "grub-mkrelpath"), '#!/bin/sh\necho "$1"\n', 0o755)


def mkconfig(folder):
    """The grub.cfg that grub-mkconfig makes of such a folder, mounted over the real places for it alone."""
    places = {"boot": "/boot", "default": "/etc/default", "grub.d": "/etc/grub.d", "grub-probe": "/usr/sbin/grub-probe",
              "grub-file": "/usr/bin/grub-file", "grub-mkrelpath": "/usr/bin/grub-mkrelpath"}
    mounts = [f"mount --bind {shlex.quote(os.path.join(folder, name))} {place}" for name, place in places.items()]
    options = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
    script = " && ".join([*mounts, "exec grub-mkconfig"])
    done = run("unshare", *options, "sh", "-c", script, env=environment)
    if done.returncode:
        raise Failed(f"grub-mkconfig, in a mount namespace of its own: {done.stderr.strip()}")
    xen, bare = lines_of(accepted(done.stdout, "as grub-mkconfig wrote it"))
    if len(xen) < 3 or len(bare) < 3 or not any("single" in words for _, _, words in xen):
        raise Failed("grub-mkconfig made fewer entries than the simple, the advanced and the recovery one")
    return done.stdout
