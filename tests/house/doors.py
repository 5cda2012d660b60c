"""A kind of contract for import-linter: an app is entered by its doors, and by nothing else.

import-linter's own `protected` lists what is closed, so that a new kind of file would stand open
until somebody remembers it. This one lists what is open.
"""

import grimp
from importlinter import Contract, ContractCheck, fields, output


class Doors(Contract):
    """Breaks when a module of one app imports from another app what is not a door of it.

    `doors` are names of modules that stand open in each of `apps`; `more_doors` are whole names.
    With `of`, only what these packages import is looked at.
    """

    type_name = "doors"

    apps = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())
    more_doors = fields.ListField(subfield=fields.StringField(), required=False)
    of = fields.ListField(subfield=fields.StringField(), required=False)
    broken_contract_guidance = fields.TextField(required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            (importer, imported)
            for app in self.apps  # type: ignore[attr-defined]
            for imported in sorted(graph.find_descendants(app))
            if not self._stands_open(app, imported)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if not is_within(importer, app) and self._is_meant(importer)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def _stands_open(self, app: str, module: str) -> bool:
        open_modules = [f"{app}.{door}" for door in self.doors]  # type: ignore[attr-defined]
        return any(is_within(module, door) for door in [*open_modules, *(self.more_doors or [])])  # type: ignore[attr-defined]

    def _is_meant(self, importer: str) -> bool:
        return not self.of or any(is_within(importer, package) for package in self.of)  # type: ignore[attr-defined]

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported}, which is not a door.", bold=False)
        if self.broken_contract_guidance:
            output.print(str(self.broken_contract_guidance))


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
