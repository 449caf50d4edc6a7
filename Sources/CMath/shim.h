// The C mathematics library: the only thing PhaseSpace imports.
#include <math.h>
