"""Completion in zsh at the first Tab, which Typer's script has from the second one on.

zsh runs a file of completions as the body of a function when it is first asked. Typer's defines the function that
completes, and ends: so the first Tab of each session does nothing (the same as click's issue 2344). What is added here
calls it, where the file is run so and not read by ``source``.
"""

from importlib import import_module

_CALL = """

if [ "$funcstack[1]" = "_%(prog_name)s" ]; then
  %(complete_func)s "$@"
fi
"""


def complete_at_the_first_tab() -> None:
    """Have zsh's script call the function that it defines; without effect once Typer's own does."""
    scripts: dict[str, str] = getattr(import_module("typer._completion_shared"), "_completion_scripts", {})
    if "funcstack" not in scripts.get("zsh", "funcstack"):
        scripts["zsh"] = scripts["zsh"].rstrip() + _CALL
