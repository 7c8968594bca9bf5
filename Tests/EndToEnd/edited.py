"""Boot loaders' files that the program edits, and a real boot of each of them."""

import dataclasses
import os
import shutil
import subprocess

import grub_disc
import shapes

# A machine whose advice puts a word on each of the two lines.
ADVICE = ["--pci-dump", "Tests/Fixtures/dumps/nics-aspm-on.hex", "--policy", "low-latency",
          "--xen-version", "4.17", "--linux-version", "6.1"]
WORDS = [("xen", "max_cstate=1"), ("dom0", "pcie_aspm.policy=performance")]
FIRMWARE = "/usr/share/OVMF/OVMF_CODE.fd"
SECTIONS = ("xl-info", "dom0-line", "aspm-policy")

MENU_LST = """\
default 0
timeout 0

title Xen
        kernel /boot/{hypervisor} {xen}
        module /boot/{kernel} {dom0}
        module /boot/{initrd}
"""

GRUB_CFG = """\
serial --unit=0 --speed=115200
terminal_input serial
terminal_output serial
set default=0
set timeout=0

menuentry 'Debian GNU/Linux, with Xen hypervisor' --class xen {{
        echo 'Loading Xen ...'
        multiboot2 /boot/{hypervisor} placeholder {xen}
        module2 --nounzip /boot/{kernel} placeholder {dom0}
        module2 --nounzip /boot/{initrd}
}}
"""

XEN_CFG = """\
[global]
default=xen

[xen]
options={xen}
kernel={kernel} {dom0}
ramdisk={initrd}
"""


@dataclasses.dataclass
class Edited:
    """One format: the file as it was, how it is edited, and what boots it."""
    style: str
    text: str
    switches: tuple
    source: object  # (images, the file's text, folder) -> QEMU's words


def from_menu(images, text, folder):
    return from_grub(images, {"menu.lst": text, "grub.cfg": grub_disc.GRUB_CONFIGURATION}, folder)


def from_grub_cfg(images, text, folder):
    return from_grub(images, {"grub.cfg": text}, folder)


def from_grub(images, files, folder):
    disc = folder + ".iso"
    grub_disc.write_images(images, files, folder, disc)
    return ["-drive", f"file={disc},format=raw,media=cdrom,readonly=on", "-boot", "d"]


def from_firmware(images, text, folder):
    """A system partition with Xen's own EFI image; QEMU plays it from the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    place = os.path.join(folder, "EFI", "BOOT")
    os.makedirs(place)
    for name, path in list(images.items())[1:]:
        shutil.copy(path, os.path.join(place, name))
    hypervisor = list(images.values())[0].replace(".gz", ".efi")
    # The firmware starts this name by itself, and Xen looks for the file that is called like it.
    shutil.copy(hypervisor, os.path.join(place, "BOOTX64.EFI"))
    grub_disc.write(os.path.join(place, "BOOTX64.cfg"), text)
    return ["-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}",
            "-drive", f"if=none,id=esp,file=fat:rw:{folder},format=raw",
            "-device", "virtio-blk-pci,drive=esp,bootindex=0"]


FORMATS = [
    Edited("menu.lst", MENU_LST, (), from_menu),
    Edited("grub.cfg", GRUB_CFG, ("--as-new-entry",), from_grub_cfg),
    Edited("xen.cfg", XEN_CFG, (), from_firmware),
]


def shape_of(edited):
    left_out = tuple(name for name in shapes.SECTIONS if name not in SECTIONS)
    return dataclasses.replace(shapes.PLAIN, name="edited-" + edited.style, left_out=left_out)


def written(edited, images, folder):
    """The file as it was, and as the program left it."""
    hypervisor, kernel, initrd = images
    before = edited.text.format(hypervisor=hypervisor, kernel=kernel, initrd=initrd,
                                xen=shapes.XEN_LINE, dom0=shapes.DOM0_LINE)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, edited.style)
    grub_disc.write(path, before)
    return before, path


def edit(binary, edited, path):
    """Lets the program change the file, and then once more: the second time nothing changes."""
    command = [binary, "bootline", "--style", edited.style, "--edit", path, "--write",
               *edited.switches, *ADVICE]
    texts = []
    for _ in range(2):
        subprocess.run(command, check=True, capture_output=True, text=True)
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    return texts
