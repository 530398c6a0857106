"""The cases, one file a theme. Each has `declare(tree)`, which makes zones and asks questions about them."""
from . import algorithms, aliases, canonical, delegation, denial, keys, resolvers, root, sha1, signatures, typical, work

ORDER = [algorithms, sha1, signatures, keys, delegation, denial, aliases, canonical, root, resolvers, work, typical]
