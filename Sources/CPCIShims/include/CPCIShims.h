#ifndef CPCISHIMS_H
#define CPCISHIMS_H
#include <pci/pci.h>
#endif
