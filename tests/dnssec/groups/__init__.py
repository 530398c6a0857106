"""The cases, one file a theme. Each has `declare(tree)`, which makes zones and asks questions about them."""
from . import algorithms, sha1, typical

ORDER = [algorithms, sha1, typical]
