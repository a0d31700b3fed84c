"""Shifts the clock that Python code sees, 2.7 and 3: the machine's own must stay as it is.

The C library is not fooled: certificates are checked, and files stamped, by the true time.
"""

import datetime
import os
import time

shift = float(os.environ["CLOCK_SHIFT_SECONDS"])
true_time = time.time
true_datetime = datetime.datetime


def shifted(function):
    """The function of `time` with the shifted time in place of its default."""
    return lambda *when: function(*(when or (time.time(),)))


def shifted_text(function):
    """The same for those that take a struct_time last."""

    def with_now(*words):
        needed = 2 if function is true_strftime else 1
        return function(*(words if len(words) == needed else words + (time.localtime(),)))

    return with_now


class Datetime(true_datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def today(cls):
        return cls.fromtimestamp(time.time())

    @classmethod
    def utcnow(cls):
        return cls(*time.gmtime()[:6])


true_strftime = time.strftime
time.time = lambda: true_time() + shift
if hasattr(time, "time_ns"):
    true_time_ns = time.time_ns
    time.time_ns = lambda: true_time_ns() + int(shift * 10**9)
for name in ("localtime", "gmtime", "ctime"):
    setattr(time, name, shifted(getattr(time, name)))
for name in ("strftime", "asctime"):
    setattr(time, name, shifted_text(getattr(time, name)))
datetime.datetime = Datetime
