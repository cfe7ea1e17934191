"""``--reason`` for every command that shows full numbers or writes records out: one option, added in one place."""

from typing import Any

import typer.core

from lianhu.cli.context import Context

_ALSO = {"assign", "backup", "restore", "report", "due", "card print", "credit export", "log"}
"""Commands that are logged as looks or exports without having ``--full``."""


def offer_reason(command: Any, name: str) -> Any:
    """The command with ``--reason`` where its looks are logged, sub-commands too."""
    for word, sub in getattr(command, "commands", {}).items():
        offer_reason(sub, f"{name} {word}")
    if name in _ALSO or any(parameter.name == "full" for parameter in command.params):
        command.params.append(typer.core.TyperOption(
            param_decls=["--reason"], metavar="原因", help="为什么要看或导出（记入日志）", type=str, default=None,
            expose_value=False, callback=_keep))
    return command


def _keep(ctx: Any, _parameter: Any, value: str | None) -> None:
    here: Context = ctx.obj
    if value is not None:
        ctx.obj = here._replace(reason=" ".join(value.split()))
