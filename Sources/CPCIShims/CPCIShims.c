#include "CPCIShims.h"

#include <pci/pci.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct xq_pci {
  struct pci_access *access;
  struct pci_dev *device;
  bool is_open;
  char message[256];
  jmp_buf escape;
};

// libpci's callbacks carry no context; this is the one whose entry is being guarded.
static _Thread_local struct xq_pci *guarded;

// Enters libpci: gives 0, and a second time something else when libpci reported an error.
#define ENTER(pci) (guarded = (pci), setjmp((pci)->escape))

static bool leave(bool result) {
  guarded = NULL;
  return result;
}

static void keep_message(char *format, va_list arguments) {
  if (guarded == NULL) return;
  vsnprintf(guarded->message, sizeof(guarded->message), format, arguments);
}

static void on_error(char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
static void on_error(char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  keep_message(format, arguments);
  va_end(arguments);
  // Every entry is guarded; an error outside one would be a defect of this file.
  if (guarded == NULL) abort();
  longjmp(guarded->escape, 1);
}

static void on_warning(char *format, ...) __attribute__((format(printf, 1, 2)));
static void on_warning(char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  keep_message(format, arguments);
  va_end(arguments);
}

static void on_debug(char *format, ...) __attribute__((format(printf, 1, 2)));
static void on_debug(char *format, ...) { (void)format; }

struct xq_pci *xq_pci_open(const char *sysfs_path) {
  struct xq_pci *pci = calloc(1, sizeof(*pci));
  if (pci == NULL) return NULL;
  if (ENTER(pci)) {
    leave(false);
    return pci;
  }
  pci->access = pci_alloc();
  pci->access->method = PCI_ACCESS_SYS_BUS_PCI;
  pci->access->error = on_error;
  pci->access->warning = on_warning;
  pci->access->debug = on_debug;
  if (sysfs_path != NULL) {
    pci_set_param(pci->access, "sysfs.path", (char *)sysfs_path);
  }
  pci_init(pci->access);
  pci->is_open = leave(true);
  return pci;
}

bool xq_pci_is_open(const struct xq_pci *pci) { return pci->is_open; }

static void forget_device(struct xq_pci *pci) {
  if (pci->device == NULL) return;
  struct pci_dev *device = pci->device;
  pci->device = NULL;
  pci_free_dev(device);
}

void xq_pci_close(struct xq_pci *pci) {
  if (!ENTER(pci)) {
    forget_device(pci);
    if (pci->is_open) pci_cleanup(pci->access);
  }
  leave(true);
  free(pci);
}

const char *xq_pci_message(const struct xq_pci *pci) { return pci->message; }

bool xq_pci_choose(
    struct xq_pci *pci, uint32_t domain, uint8_t bus, uint8_t device, uint8_t function) {
  pci->message[0] = '\0';
  if (!pci->is_open) return false;
  if (ENTER(pci)) return leave(false);
  forget_device(pci);
  pci->device = pci_get_dev(pci->access, (int)domain, bus, device, function);
  return leave(pci->device != NULL);
}

bool xq_pci_identify(struct xq_pci *pci, struct xq_pci_identity *identity) {
  memset(identity, 0, sizeof(*identity));
  if (pci->device == NULL) return false;
  if (ENTER(pci)) return leave(false);
  if (!(pci_fill_info(pci->device, PCI_FILL_IDENT) & PCI_FILL_IDENT)) return leave(false);
  identity->vendor = pci->device->vendor_id;
  identity->device = pci->device->device_id;

  // A capture may hold the ids and nothing else.
  if (ENTER(pci)) return leave(true);
  int flags = PCI_FILL_CLASS | PCI_FILL_CLASS_EXT | PCI_FILL_SUBSYS;
  int filled = pci_fill_info(pci->device, flags);
  if (filled & PCI_FILL_SUBSYS) {
    identity->subsystem_vendor = pci->device->subsys_vendor_id;
    identity->subsystem_device = pci->device->subsys_id;
  }
  if ((filled & PCI_FILL_CLASS) && (filled & PCI_FILL_CLASS_EXT)) {
    identity->class_code = (uint32_t)pci->device->device_class << 8 | pci->device->prog_if;
    identity->revision = pci->device->rev_id;
    identity->has_class = true;
  }
  return leave(true);
}

bool xq_pci_read(struct xq_pci *pci, int offset, uint8_t *bytes, int count) {
  if (pci->device == NULL) return false;
  if (ENTER(pci)) return leave(false);
  return leave(pci_read_block(pci->device, offset, bytes, count) != 0);
}
