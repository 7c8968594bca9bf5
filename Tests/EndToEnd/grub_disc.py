"""A disc that boots an entry of a menu.lst through GRUB, as `legacy_configfile` reads it."""

import os
import shutil

from packages import run

GRUB_CONFIGURATION = """\
serial --unit=0 --speed=115200
terminal_input serial
terminal_output serial
legacy_configfile /boot/grub/menu.lst
"""


def write_disc(entry, images, folder, disc):
    """Writes the disc; `images` are the files of /boot by their names there, hypervisor first.

    Returns the changes that the entry needed: none, where it names these files.
    """
    text, changes = with_images(entry, ["/boot/" + name for name in images])
    files = {"menu.lst": "default 0\ntimeout 0\n\n" + text, "grub.cfg": GRUB_CONFIGURATION}
    write_images(images, files, folder, disc)
    return changes


def write_images(images, files, folder, disc):
    """Writes a disc with the images in /boot and GRUB's files in /boot/grub."""
    boot = os.path.join(folder, "boot")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(boot, "grub"))
    for name, source in images.items():
        shutil.copy(source, os.path.join(boot, name))
    for name, text in files.items():
        write(os.path.join(boot, "grub", name), text)
    run(["grub-mkrescue", "-d", "/usr/lib/grub/i386-pc", "-o", disc, folder])


def with_images(entry, paths):
    """The entry with the images that are on the disc."""
    text, changes = entry.text, []
    for (named, _), path in zip(entry.images, paths):
        if named != path:
            text = text.replace(f" {named}", f" {path}", 1)
            changes.append(f"{named} became {path}")
    for path in paths[len(entry.images):]:
        text = text.rstrip("\n") + f"\n        module {path}\n"
        changes.append(f"{path} was added")
    return text, changes


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
