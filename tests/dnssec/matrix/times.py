"""The one moment of the matrix, and the life of its signatures around it: recorded messages never go stale."""
import calendar
import time

AT = "2026-06-15T12:00:00Z"


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


NOW = seconds(AT)
INCEPTION = seconds("2026-06-01T00:00:00Z")
EXPIRATION = seconds("2026-07-01T00:00:00Z")


def digits(moment):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(moment))
