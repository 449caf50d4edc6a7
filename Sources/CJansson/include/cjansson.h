// jansson, with every allocation of a parse taken from a bounded arena.
#pragma once
#include <jansson.h>
