#include "CEmbedded.h"
void loam_embedded_stub(void) {}
