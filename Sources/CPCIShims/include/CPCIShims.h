// libpci without its ways to end the process.
//
// libpci reports an error through a variadic callback that must not return; Swift can neither write
// such a callback nor be jumped over. Here every entry into libpci stands between a setjmp and its
// return, and gives false and a message in place of an exit.

#ifndef CPCISHIMS_H
#define CPCISHIMS_H

#include <stdbool.h>
#include <stdint.h>

/// An open libpci, and at most one function of the machine. To be used by one thread at a time.
struct xq_pci;

/// What sysfs says of a function; the kernel keeps it while the device is powered off.
struct xq_pci_identity {
  uint16_t vendor;
  uint16_t device;
  /// Whether the next two were readable.
  bool has_class;
  /// Base class, sub-class and programming interface.
  uint32_t class_code;
  uint8_t revision;
  /// 0 where there is none.
  uint16_t subsystem_vendor;
  uint16_t subsystem_device;
};

/// Opens the sysfs of this machine, or for a path the captured `sys/bus/pci` there.
///
/// NULL when there is no memory. An error of libpci's own shows in `xq_pci_is_open`.
struct xq_pci *xq_pci_open(const char *sysfs_path);
bool xq_pci_is_open(const struct xq_pci *pci);
void xq_pci_close(struct xq_pci *pci);

/// The last error or warning since the function was chosen; empty when there was none.
const char *xq_pci_message(const struct xq_pci *pci);

/// Chooses the function that the next calls are for.
bool xq_pci_choose(
    struct xq_pci *pci, uint32_t domain, uint8_t bus, uint8_t device, uint8_t function);

/// Reads the ids from sysfs, never from configuration space.
bool xq_pci_identify(struct xq_pci *pci, struct xq_pci_identity *identity);

/// Reads all of the bytes asked for from configuration space, or fails.
bool xq_pci_read(struct xq_pci *pci, int offset, uint8_t *bytes, int count);

#endif
