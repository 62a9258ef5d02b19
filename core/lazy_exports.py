"""Names that a package exports, imported from their modules when they are first used (PEP 562).

Importing a package costs nothing this way: the first page needs no NumPy, and a worker no drawing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable


def lazily(package: str, *, modules: str = "", **names: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return a package's `__getattr__` and `__dir__`.

    The package imports the same names under `if TYPE_CHECKING`, for mypy and for editors, and lists them in `__all__`.

    Parameters
    ----------
    package : str
        The package's own `__name__`.
    modules : str, optional
        Modules that are exported as such, separated by spaces.
    **names : str
        The exported names of each module, separated by spaces.
    """
    module_of = {name: module for module, listed in names.items() for name in listed.split()}
    exported = {*modules.split(), *module_of}

    def find(name: str) -> object:
        if name not in exported:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{module_of.get(name, name)}")
        return getattr(module, name) if name in module_of else module

    return find, lambda: sorted(exported)
