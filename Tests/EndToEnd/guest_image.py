"""The guest's first file system: busybox, Xen's tools, lspci, modules and the binary under test."""

import glob
import gzip
import lzma
import os
import re
import shutil
import stat
import subprocess

MODULES = ["xen-privcmd", "xen-evtchn", "xenfs", "xen-gntdev", "xen-acpi-processor",
           "megaraid_sas", "e1000e", "ahci", "nvme"]
XEN_TOOLS = ["xl", "xenpm", "xen-cpuid"]
FOLDERS = ["bin", "dev", "etc", "lib", "lib64", "modules", "proc", "root", "sys", "tmp",
           "usr/bin", "usr/lib", "usr/sbin", "usr/share/misc", "var/lib/xen", "var/log/xen", "run"]
ACCOUNTS = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
HERE = os.path.dirname(os.path.abspath(__file__))
COLLECTOR = os.path.join(HERE, "..", "..", "packaging", "xenquirks-collect", "xenquirks-collect")


class ImageError(Exception):
    """Something that the image needs is not there."""


class Image:
    """Files by their path in the guest, to be written as a cpio archive."""

    def __init__(self, unpacked):
        self.unpacked = unpacked
        self.files = {}

    def add(self, path, content, executable=False):
        self.files[path] = (content, 0o755 if executable else 0o644)

    def add_copy(self, path, source, executable=False):
        with open(source, "rb") as file:
            self.add(path, file.read(), executable or os.access(source, os.X_OK))

    def add_program(self, path, source):
        """A program and the libraries that the dynamic linker finds for it."""
        self.add_copy(path, source)
        environment = dict(os.environ, LD_LIBRARY_PATH=self.library_path())
        listing = subprocess.run(["ldd", source], capture_output=True, text=True, check=False,
                                 env=environment).stdout
        if missing := re.findall(r"(\S+) => not found", listing):
            raise ImageError(f"{source} needs {' '.join(missing)}, which no package here has")
        for name, place in re.findall(r"(?m)^\s*(?:(\S+) => )?(/\S+) \(0x", listing):
            self.add_copy(f"usr/lib/{name}" if name else place.lstrip("/"), place)

    def library_path(self):
        folders = glob.glob(f"{self.unpacked}/**/*-linux-gnu/", recursive=True)
        return ":".join(os.path.abspath(folder) for folder in folders)

    def add_modules(self, names):
        """Kernel modules with those that they need, and the order in which to load them."""
        known = {}
        for path in glob.glob(f"{self.unpacked}/**/lib/modules/*/kernel/**/*.ko*", recursive=True):
            known[os.path.basename(path).split(".ko")[0].replace("_", "-")] = path
        order = []

        def load(name):
            path = known.get(name.replace("_", "-"))
            if path is None or name in order:
                return  # built into the kernel, or loaded already
            content = module_content(path)
            depends = re.search(rb"\0depends=([^\0]*)\0", content)[1].decode()
            for other in filter(None, depends.split(",")):
                load(other)
            if name not in order:
                order.append(name)
                self.add(f"modules/{name}", content)

        for name in names:
            load(name)
        self.add("modules/order", "".join(name + "\n" for name in order).encode())

    def write_to(self, file):
        for number, (name, kind, content) in enumerate(self.entries(), 1):
            file.write(cpio_entry(number, name, kind, content))
        file.write(cpio_entry(0, "TRAILER!!!", 0, b""))

    def entries(self):
        folders = set(FOLDERS)
        for path in list(self.files) + FOLDERS:
            while path := os.path.dirname(path):
                folders.add(path)
        for folder in sorted(folders):
            yield folder, stat.S_IFDIR | (0o1777 if folder == "tmp" else 0o755), b""
        for path, (content, permissions) in self.files.items():
            yield path, stat.S_IFREG | permissions, content


def module_content(path):
    if path.endswith(".xz"):
        return lzma.open(path).read()
    if path.endswith(".gz"):
        return gzip.open(path).read()
    if path.endswith(".zst"):
        command = ["zstd", "-dcq", path]
        return subprocess.run(command, capture_output=True, check=True).stdout
    with open(path, "rb") as file:
        return file.read()


def cpio_entry(number, name, mode, content):
    """One entry in the "newc" format, as the kernel reads it."""
    encoded = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
    return pad(head) + pad(content)


def pad(data):
    return data + b"\0" * (-len(data) % 4)


def build_image(unpacked, binary, path):
    """Writes the cpio archive with everything but the sections."""
    image = Image(unpacked)
    image.add_copy("init", os.path.join(HERE, "guest-init.sh"), executable=True)
    image.add("etc/passwd", ACCOUNTS)
    image.add("etc/xen/xl.conf", b"")
    image.add_copy("usr/share/misc/pci.ids", the_only(f"{unpacked}/usr/share/misc/pci.ids"))
    image.add_program("bin/busybox", the_only(f"{unpacked}/**/bin/busybox"))
    image.add_program("usr/bin/lspci", the_only(f"{unpacked}/usr/bin/lspci"))
    for tool in XEN_TOOLS:
        image.add_program(f"usr/sbin/{tool}", the_only(f"{unpacked}/usr/lib/xen-*/bin/{tool}"))
    image.add_program("usr/bin/xenquirks", stripped(binary, path + ".binary"))
    image.add_copy("usr/bin/xenquirks-collect", COLLECTOR, executable=True)
    image.add_modules(MODULES)
    for name in boot_files(unpacked):
        image.add(f"boot/{name}", b"")
    with open(path, "wb") as file:
        image.write_to(file)


def with_sections(image, sections, path, files=()):
    """Writes the archive, packed, with a second one behind it: the commands that the guest runs,
    and files of its own, by their paths there.

    Both stand in one gzip stream: GRUB unpacks modules, and sees no further than the first stream.
    """
    addition = Image(None)
    lines = [f"{name} {command}\n" for name, command in sections.items()]
    addition.add("sections", "".join(lines).encode())
    for name, content in dict(files).items():
        addition.add(name, content)
    with open(image, "rb") as file, gzip.open(path, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(file, packed)
        addition.write_to(packed)


def boot_files(unpacked):
    """The names in /boot as an administrator finds them: hypervisor, kernel, initial RAM disk."""
    hypervisor = os.path.basename(the_only(f"{unpacked}/boot/xen-*.gz"))
    kernel = os.path.basename(the_only(f"{unpacked}/boot/vmlinuz-*"))
    return hypervisor, kernel, kernel.replace("vmlinuz", "initrd.img", 1)


def stripped(binary, copy):
    """A copy without symbols, as `make install` puts it in place: the guest unpacks slowly."""
    if shutil.which("strip"):
        subprocess.run(["strip", "-o", copy, binary], check=True)
    else:
        shutil.copy(binary, copy)
    return copy


def the_only(pattern):
    found = glob.glob(pattern, recursive=True)
    if len(found) != 1:
        raise ImageError(f"{pattern}: {len(found)} files instead of one")
    return found[0]
