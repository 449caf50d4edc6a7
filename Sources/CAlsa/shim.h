#include <stdint.h>
#include <poll.h>
#include <alsa/asoundlib.h>
