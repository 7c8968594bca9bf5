#include "CPCIShims.h"
