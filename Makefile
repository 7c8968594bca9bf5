# The verbs of xenquirks. `make scan` and `make test` do all their own set-up on Debian.

PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=
DUMPS ?=
MACHINES ?=
TABLES ?=

BINARY = .build-release/release/xenquirks
STATIC = .build-release/static
SOURCES = Package.swift Sources Tests Plugins

PACKAGES = libpci-dev libudev-dev zlib1g-dev pkg-config make git pci.ids pciutils g++ binutils \
	python3 python3-jsonschema dash busybox
BENCH_PACKAGES = valgrind time

# libstdc++.a stands alone in its folder, so that the linker finds no shared one beside it.
RELEASE = swift build -c release --static-swift-stdlib --scratch-path .build-release \
	-Xlinker -L$(CURDIR)/$(STATIC) -Xswiftc -Xclang-linker -Xswiftc -static-libgcc

E2E_PACKAGES = qemu-system-x86 grub-common grub-pc-bin xorriso mtools ovmf python3
ACPI_PACKAGES = acpica-tools
LOADERS_PACKAGES = grub-common python3
PAGES_PACKAGES = chromium tidy fonts-dejavu-core python3

.PHONY: all scan test e2e release bench parity acpi-parity loaders lint check-quirks mutate-quirks reference check fmt crash-safety
.PHONY: census record collect-options install clean pages gallery
.PHONY: deps bench-deps e2e-deps acpi-deps loaders-deps pages-deps swift

all: deps
	@swift build --product xenquirks

# What is built goes to standard error: standard output carries the report alone.
scan: release
	@$(BINARY) scan $(ARGS)

test: deps
	@swift test --disable-xctest

release: deps
	@mkdir -p $(STATIC)
	@ln -sf "$$(g++ -print-file-name=libstdc++.a)" $(STATIC)/libstdc++.a
	@$(RELEASE) --product xenquirks >&2

bench: release bench-deps
	@python3 Tests/Bench/bench.py $(ARGS) $(BINARY)

parity: release
	@if [ -z "$(DUMPS)" ]; then echo "make: parity needs a folder with dumps: make parity DUMPS=DIR" >&2; exit 2; fi
	@python3 Tests/Parity/parity.py $(ARGS) $(BINARY) "$(DUMPS)"

# ACPI tables, held against iasl: make acpi-parity TABLES=DIR
acpi-parity: release acpi-deps
	@if [ -z "$(TABLES)" ]; then echo "make: acpi-parity needs a folder with tables: make acpi-parity TABLES=DIR" >&2; exit 2; fi
	@python3 Tests/Parity/acpi.py $(BINARY) "$(TABLES)"

# Which entry finds which machine: make census MACHINES=DIR
census: release
	@if [ -z "$(MACHINES)" ]; then echo "make: census needs a folder with captures: make census MACHINES=DIR" >&2; exit 2; fi
	@python3 Tests/Parity/census.py $(ARGS) $(BINARY) "$(MACHINES)"

# What bootline --edit writes, read by grub-script-check, shells and grub-mkconfig.
loaders: release loaders-deps
	@python3 Tests/Loaders/loaders.py $(BINARY)

# Debian's Xen in QEMU, without KVM; what it needs is kept in .cache/e2e.
e2e: release e2e-deps
	@python3 Tests/EndToEnd/e2e.py $(ARGS) $(BINARY)

# Every page of the gallery in a real browser; pictures of all are then in .cache/pages.
pages: release pages-deps
	@python3 Tests/Browser/pages.py $(BINARY)

# Boots the machines of reports/gallery that QEMU plays, and makes all its files anew.
gallery: release e2e-deps
	@python3 Tests/EndToEnd/gallery.py $(ARGS) $(BINARY)
	@RECORD_SNAPSHOTS=1 swift test --disable-xctest --filter GalleryTests >&2 || true
	@swift test --disable-xctest --filter GalleryTests >&2

# A thousand edits of a boot loader's file, each killed at some moment.
crash-safety: release
	@python3 Tests/Crash/kill-loop.py --rounds 1000 $(ARGS) $(BINARY) -- bootline --style menu.lst --edit '{file}' --write \
		--pci-dump Tests/Fixtures/dumps/nics-aspm-on.hex --policy conservative --quiet

lint: deps
	@swift format lint --strict --recursive --parallel $(SOURCES)

# What the build does with the quirks, for its refusals alone; then what only the entries' machines show.
check-quirks: deps
	@swift build --product compile-quirks >&2
	@mkdir -p .cache
	@"$$(swift build --show-bin-path)/compile-quirks" .cache/quirks.swift quirks \
		$$(find quirks -name '*.toml' | sort)
	@swift build --product xenquirks >&2
	@"$$(swift build --show-bin-path)/xenquirks" quirks lint
	@"$$(swift build --show-bin-path)/xenquirks" quirks test

# Every entry on its machines, with each id, version and condition changed in turn: its tests must notice.
mutate-quirks: deps
	@swift build --product xenquirks >&2
	@"$$(swift build --show-bin-path)/xenquirks" quirks test --mutate

# The page of all entries; the tests say when it is stale.
reference: deps
	@swift build --product xenquirks >&2
	@"$$(swift build --show-bin-path)/xenquirks" quirks reference > quirks/REFERENCE.md.new
	@mv quirks/REFERENCE.md.new quirks/REFERENCE.md

check: lint check-quirks

fmt: deps
	@swift format format --in-place --recursive --parallel $(SOURCES)

# Writes the golden files anew; a test that wrote one fails, so that this never passes for a test run.
record: deps
	@RECORD_SNAPSHOTS=1 swift test --disable-xctest

# Which words of a boot line xenquirks-collect may keep: the catalogue's; the tests say when it is stale.
collect-options:
	@packaging/xenquirks-collect/refresh-options packaging/xenquirks-collect/xenquirks-collect quirks/options/*.toml

# Takes the release that is there, so that `sudo make install` needs no toolchain.
install:
	@if [ ! -x $(BINARY) ]; then $(MAKE) --no-print-directory release; fi
	install -D -s -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/xenquirks"
	install -D -m 755 packaging/xenquirks-collect/xenquirks-collect "$(DESTDIR)$(PREFIX)/bin/xenquirks-collect"

clean:
	rm -rf .build .build-release .cache

# Installs what is missing, and says nothing when all is there.
deps: swift
	@$(call install_packages,$(PACKAGES))

bench-deps:
	@$(call install_packages,$(BENCH_PACKAGES))

e2e-deps:
	@$(call install_packages,$(E2E_PACKAGES))

acpi-deps:
	@$(call install_packages,$(ACPI_PACKAGES))

loaders-deps:
	@$(call install_packages,$(LOADERS_PACKAGES))

pages-deps:
	@$(call install_packages,$(PAGES_PACKAGES))

# `$(error)` says it in one line; a failing command would add make's own.
swift:
	@$(if $(SWIFT_PROBLEM),$(error xenquirks needs Swift 6.2 or later ($(SWIFT_PROBLEM)): https://www.swift.org/install/linux))

# Empty where the toolchain is new enough.
SWIFT_PROBLEM = $(shell \
	set -- $$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p'); \
	if [ -z "$$2" ]; then echo 'no swift on the PATH'; \
	elif [ $$1 -lt 6 ] || { [ $$1 -eq 6 ] && [ $$2 -lt 2 ]; }; then echo "$$1.$$2 is here"; fi)

define install_packages
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then \
	missing=""; \
	for package in $(1); do \
		dpkg-query -W -f='$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed \
			|| missing="$$missing $$package"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" -eq 0 ]; then as_root=""; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo "make: as root, run: apt-get install$$missing" >&2; exit 1; fi; \
	echo "make: installing$$missing" >&2; \
	{ $$as_root apt-get update && $$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $$missing; } >&2; \
else \
	for tool in pkg-config git g++ python3 lspci; do \
		command -v $$tool >/dev/null || { $(call name_packages,$(1)); }; \
	done; \
	pkg-config --exists libpci libudev || { $(call name_packages,$(1)); }; \
fi
endef

define name_packages
echo "make: apt-get is not here; install what your system calls: $(1)" >&2; exit 1
endef
