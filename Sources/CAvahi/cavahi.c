#include "cavahi.h"
