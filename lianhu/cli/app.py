"""The command line: which commands there are, loaded only when called, and how errors end.

Importing every command would cost half a second at each prompt, so a command's module is imported
when that command is called or asked for help; the table below holds what the overview needs. The
command modules do without ``from __future__ import annotations``: Typer evaluates every annotation
twice, and texts would have to be compiled each time.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from lianhu import __version__
from lianhu.cli import chinese

chinese.install()

import typer  # noqa: E402  after its words are in place
import typer.core  # noqa: E402

from lianhu.cli.context import Context, chosen_day  # noqa: E402
from lianhu.cli.reason import offer_reason  # noqa: E402
from lianhu.errors import LianhuError  # noqa: E402

# Typer keeps a copy of click to itself; the base of its command-line errors is public by inheritance only.
CommandLineError: type[Exception] = typer.BadParameter.__mro__[2]


class Entry(NamedTuple):
    """A command: its module in lianhu.cli, whether that is a group, and its line in the overview."""

    module: str
    is_group: bool
    help: str
    panel: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry("demo", False, "用样例数据走一遍：导入、结对、出表", "开始"),
    "init": Entry("init", False, "新建一个空数据库", "开始"),
    "import": Entry("roster_import", False, "导入名册和记录表", "名册"),
    "template": Entry("template", False, "生成空白填报表", "名册"),
    "export": Entry("export", False, "导出全部登记的内容", "名册"),
    "household": Entry("household", True, "登记、修改和查看联系户，销户、分户、换户主、合并", "名册"),
    "cluster": Entry("cluster", True, "联户单元：登记、修改、查看，把户编入，检查", "名册"),
    "cluster-head": Entry("cluster_head", True, "联户长：提名、比较、任命、卸任、查看", "名册"),
    "cadre": Entry("cadre", True, "登记和查看干部，办理离岗和返岗", "名册"),
    "assign": Entry("assign", False, "给没有干部的户结对", "结对"),
    "pair": Entry("pair", True, "查看结对，人工指定、锁定和结束结对", "结对"),
    "rules": Entry("rules", True, "查看和更换结对规则", "结对"),
    "due": Entry("due", False, "看要办的事：逾期、今天、七天内、还缺什么", "日常"),
    "visit": Entry("visit", True, "登记和查看走访", "日常"),
    "event": Entry("event", True, "家庭大事（五必访）：登记、查看", "日常"),
    "deed": Entry("deed", True, "办实事：登记、更新进展、查看", "日常"),
    "task": Entry("task", True, "任务：按四项职责下发，登记完成", "日常"),
    "ticket": Entry("ticket", True, "12345 工单：登记、交办、签收、办结、回访", "日常"),
    "card": Entry("card", True, "联系卡：打印、登记发放、查看", "日常"),
    "rating": Entry("rating", True, "户评：群众对联系干部的评价", "日常"),
    "appraisal": Entry("rating", True, "组织评定：党组织对干部的评定", "日常"),
    "opinion": Entry("opinion", True, "意见建议：登记、办结、查看", "日常"),
    "activity": Entry("activity", True, "自治活动：登记、查看，按类别合计", "日常"),
    "fund": Entry("fund", True, "同心专项基金：收入、支出、冲销、收支表", "日常"),
    "credit": Entry("credit", True, "诚信额度：等级建议、登记银行结果、导出", "日常"),
    "report": Entry("report", False, "出报表：全镇概况、分村统计、明细", "统计"),
    "compare": Entry("compare", False, "横向对比各村、各联户单元", "统计"),
    "award": Entry("award", True, "称号：提名、公示异议、授予、查看", "统计"),
    "brief": Entry("brief", False, "写一段上报用的工作情况", "统计"),
    "check": Entry("check", False, "检查数据库文件和全部记录", "安全"),
    "backup": Entry("backup", False, "备份，备份好就试着恢复一遍", "安全"),
    "restore": Entry("restore", False, "用备份恢复", "安全"),
    "log": Entry("history", False, "看改动记录", "安全"),
    "undo": Entry("history", False, "撤销一次改动", "安全"),
    "config": Entry("config", True, "查看和更换设置", "安全"),
}

_HELP_OF_OPTIONS = {
    "install_completion": "为当前终端安装命令补全", "show_completion": "显示补全脚本",
    "help": "显示帮助",
}


class LazyGroup(typer.core.TyperGroup):
    """The root command; a sub-command is imported when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Filled with stubs so that the overview and completion know every name without imports.
        self.commands = {
            name: typer.core.TyperCommand(
                name, help=entry.help, rich_help_panel=entry.panel, callback=lambda: None)
            for name, entry in COMMANDS.items()
        }
        self._loaded: dict[str, Any] = {}
        self._names_only = False

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        if self._names_only or cmd_name not in COMMANDS:
            return self.commands.get(cmd_name)
        if cmd_name not in self._loaded:
            self._loaded[cmd_name] = load_command(cmd_name)
        return self._loaded[cmd_name]

    def get_help(self, ctx: Any) -> str:
        self._names_only = True
        return super().get_help(ctx)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        self._names_only = True
        return super().shell_complete(ctx, incomplete)


def load_command(name: str) -> Any:
    """The command object of a name, with Chinese help for what Typer adds to it."""
    entry = COMMANDS[name]
    app: typer.Typer = importlib.import_module(f"lianhu.cli.{entry.module}").app
    if entry.is_group:
        command: Any = typer.main.get_group(app)
        # Two groups may share a module.
        command = command.commands.get(name, command)
    else:
        command = typer.main.get_command(app)
        if isinstance(command, typer.core.TyperGroup):
            command = command.commands[name]
        # Typer offers completion with every single command; ours is with the root.
        command.params = [p for p in command.params if p.name not in {"install_completion", "show_completion"}]
    command.name = name
    return chinese_help(offer_reason(command, name))


def chinese_help(command: Any) -> Any:
    """The command with its --help option described in Chinese, sub-commands too."""
    for sub in getattr(command, "commands", {}).values():
        chinese_help(sub)
    plain = command.get_help_option

    def help_option(ctx: Any) -> Any:
        option = plain(ctx)
        if option is not None:
            option.help = _HELP_OF_OPTIONS["help"]
            # Click keeps its names in a set, whose order changes from run to run.
            option.opts.sort()
        return option

    command.get_help_option = help_option

    def format_help(ctx: Any, formatter: Any) -> None:
        from lianhu.cli.help import page

        formatter.write(page(command, ctx))

    command.format_help = format_help
    return command


app = typer.Typer(cls=LazyGroup, add_completion=True, no_args_is_help=True,
                  pretty_exceptions_enable=False, rich_markup_mode=None,
                  context_settings={"help_option_names": ["--help", "-h"]})


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"lianhu {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    db: Annotated[Path | None, typer.Option(
        "--db", envvar="LIANHU_DB", show_envvar=False, metavar="文件",
        help="数据库文件；不写时看环境变量 LIANHU_DB，再没有就用当前文件夹的 lianhu.db")] = None,
    today: Annotated[str | None, typer.Option(
        "--today", envvar="LIANHU_TODAY", hidden=True, metavar="日期")] = None,
    _version: Annotated[bool, typer.Option(
        "--version", callback=_show_version, is_eager=True, help="显示版本")] = False,
) -> None:
    """联户有为：联系户名册、党员干部结对、走访办实事和统计报表。

    第一次用：lianhu demo 看样例；lianhu import 名册.xlsx 导入自己的名册。
    """
    day, now = chosen_day(today)
    ctx.obj = Context(db or Path("lianhu.db"), day, now)


def command() -> Any:
    """The root command as Typer makes it, in Chinese."""
    made: Any = typer.main.get_command(app)
    for parameter in made.params:
        parameter.help = _HELP_OF_OPTIONS.get(parameter.name, parameter.help)
    return chinese_help(made)


def complain(sentence: str, hint: str = "") -> None:
    """Prints an error and what to do next to stderr."""
    print(sentence, file=sys.stderr)
    if hint:
        print(f"→ {hint}", file=sys.stderr)


def run(arguments: list[str] | None = None) -> int:
    """Runs one command and gives the exit code back; every expected error ends here."""
    try:
        result = command().main(args=arguments, prog_name="lianhu", standalone_mode=False)
        sys.stdout.flush()
        if result == _INTERRUPTED:
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except LianhuError as error:
        complain(error.sentence, error.hint)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        # Said so that it is true also after a batch has been written, while the answer is shown.
        complain("已中断，没有写完的都没有写入。")
        return _INTERRUPTED
    except BrokenPipeError:
        return _stop_talking()
    except SystemExit as leaving:
        # Typer's way out when it meets the broken pipe itself.
        if isinstance(leaving.__context__, BrokenPipeError):
            return _stop_talking()
        raise
    except CommandLineError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error)
            return 0
        complain(*chinese.usage_sentence(error))
        return 2


_INTERRUPTED = 130
"""The exit code of Ctrl-C, which Typer gives back as a result."""


def _stop_talking() -> int:
    """The reader of a pipe (head, less) has gone; nothing more can be said to it."""
    if sys.__stdout__ is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
    return 0


def _speak_utf8() -> None:
    """A pipe or file gets UTF-8 whatever the system's code page; a terminal keeps its own."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if stream.isatty():
                reconfigure(errors="replace")
            else:
                reconfigure(encoding="utf-8", errors="backslashreplace")


def main() -> None:
    """The entry point of the ``lianhu`` command."""
    _speak_utf8()
    sys.exit(run())
