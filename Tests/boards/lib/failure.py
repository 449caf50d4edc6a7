# SPDX-License-Identifier: Apache-2.0
"""The one way in which a guest fails its checks."""


class GuestFailure(Exception):
    """A guest that panicked, ended, or did not do in time what it was asked; the message ends with
    the tail of its console."""
