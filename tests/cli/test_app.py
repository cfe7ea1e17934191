"""The command line as a whole: start, help, wrong usage, completion, and how commands end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lianhu import __version__
from lianhu.cli.app import COMMANDS, load_command, run
from tests.conftest import environment, program
from tests.factory import a_town

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "openpyxl", "rich.table", "python_calamine")


def a_pair(path: Path) -> None:
    with a_town(path) as town:
        town.pair(town.household(head_name="宝音"), town.cadre(name="包文军"))


class TestStart:
    def loaded_after(self, *code: str) -> list[str]:
        script = "\n".join(["import sys", *code, f"print(*[m for m in {HEAVY} if m in sys.modules])"])
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
        return done.stdout.splitlines()[-1].split()

    def test_the_prompt_loads_nothing_heavy(self):
        assert self.loaded_after("import lianhu.cli.app") == []

    def test_a_visit_loads_nothing_heavy(self, path: Path):
        a_pair(path)
        words = ["--db", str(path), "visit", "add", "H00001", "--deed", "联系住院"]
        assert self.loaded_after("from lianhu.cli.app import run", f"assert run({words!r}) == 0") == []

    def test_looking_at_pairs_and_the_log_in_a_pipe_loads_nothing_heavy(self, path: Path):
        a_pair(path)
        for words in (["pair", "list"], ["log"], ["undo", "--dry-run"], ["visit", "list"]):
            assert self.loaded_after("from lianhu.cli.app import run", f"assert run(['--db', {str(path)!r}, *{words}]) == 0") == []

    def test_there_are_as_many_commands_as_the_overview_names(self):
        for name in COMMANDS:
            assert load_command(name).name == name


def every_command() -> list[list[str]]:
    """The words of the root, every command and every sub-command."""
    found = [[]]
    for name in COMMANDS:
        command = load_command(name)
        found.append([name])
        found += [[name, sub] for sub in getattr(command, "commands", {})]
    return found


class TestHelp:
    @pytest.mark.parametrize("words", every_command(), ids=" ".join)
    def test_it_is_chinese_and_whole(self, words: list[str], lianhu, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("COLUMNS", "60")
        outcome = lianhu(*words, "--help")
        assert outcome.code == 0
        assert outcome.err == ""
        assert "用法：" in outcome.out
        assert "…" not in outcome.out
        # English are only our own names of commands, options, kinds and forms of files.
        assert set(re.findall(r"\b[A-Z][a-z]{3,}", outcome.out)) <= {"Excel", "Word"}
        assert not re.search(r"\b(the|this|for|and|exit|usage|options?|default|required|arguments?)\b", outcome.out.lower())
        assert not re.search(r"<(str|int|path|text)>", outcome.out)

    def test_every_option_has_its_words(self, lianhu):
        for words in every_command():
            command = load_command(words[0]) if words else None
            if len(words) == 2:
                command = command.commands[words[1]]
            for parameter in getattr(command, "params", []):
                assert getattr(parameter, "hidden", False) or parameter.help, (words, parameter.name)

    def test_completion_is_offered_by_the_root_only(self, lianhu):
        assert "--install-completion" in lianhu("--help").out
        for name in COMMANDS:
            assert "completion" not in lianhu(name, "--help").out

    def test_no_arguments_show_the_overview(self, process, capsys: pytest.CaptureFixture[str]):
        assert run([]) == 0
        assert "用法：lianhu [选项] 命令" in capsys.readouterr().out
        assert "用法：lianhu pair [选项] 命令" in process("pair").out

    def test_h_is_help_and_the_version_can_be_asked(self, lianhu):
        assert "用法：" in lianhu("-h").out
        assert lianhu("--version").out == f"lianhu {__version__}\n"


@pytest.mark.parametrize(("words", "says", "next_step"), [
    (["pai"], "没有命令“pai”；您是不是要找 pair？", "lianhu --help"),
    (["pair", "lst"], "没有命令“lst”；您是不是要找 list？", "lianhu pair --help"),
    (["完全不像"], "没有命令“完全不像”。", "lianhu --help"),
    (["visit", "add", "--ocasion", "日常"], "没有选项 --ocasion；您是不是要找 --occasion？", "lianhu visit add --help"),
    (["pair", "list", "--zzzzzzzz"], "没有选项 --zzzzzzzz。", "lianhu pair list --help"),
    (["pair", "list", "-x"], "没有选项 -x。", "lianhu pair list --help"),
    (["fund", "add", "支出", "-5"], "减号开头的词会当成选项；钱数、户数、日期都不带减号写。", "lianhu fund add --help"),
    (["pair", "show"], "缺少参数 户。", "lianhu pair show --help"),
    (["pair", "show", "甲", "乙", "丙(丁)"], "多了参数：乙 丙(丁)。", "lianhu pair show --help"),
    (["assign", "--capacity", "两户"], "选项 --capacity 要写成一个整数。", "lianhu assign --help"),
    (["assign", "--capacity", "0"], "选项 --capacity 要在 1 到 100 之间。", "lianhu assign --help"),
    (["undo", "二"], "参数 批次 要写成一个整数。", "lianhu undo --help"),
    (["log", "--limit", "99999999999999999999"], "选项 --limit 要在 1 到 1000000 之间。", "lianhu log --help"),
    (["log", "-n"], "选项 -n 后面要跟一个值。", "lianhu --help"),
    (["log", "--json=1"], "选项 --json 不带值。", "lianhu --help"),
    (["visit", "add", "H00001", "--on", "2026-13-01"], "没有“2026-13-01”这一天。", ""),
    (["visit", "add", "H00001", "--on", "去年"], "日期“去年”看不懂。", ""),
    (["assign", "--on", "12-24"], "日期“12-24”看不懂。", ""),
    (["visit", "list", "--from", "x"], "日期“x”看不懂。", ""),
])
def test_a_wrong_command_line_is_told_in_chinese_with_the_next_thing_to_type(
    lianhu, path: Path, words: list[str], says: str, next_step: str
):
    a_pair(path)
    outcome = lianhu(*words)
    assert outcome.code == 2
    assert outcome.out == ""
    sentence, hint = outcome.err.splitlines()
    assert sentence == says
    assert hint.startswith("→ ")
    assert next_step in hint


class TestWhereAndWhen:
    def test_the_option_the_variable_and_the_folder_in_this_order(self, tmp_path: Path):
        for name in ("lianhu", "by-variable", "by-option"):
            a_pair(tmp_path / f"{name}.db")
            with a_town(tmp_path / f"{name}.db") as town:
                town.change("household", 1, head_name=name)
        command = [sys.executable, "-m", "lianhu"]

        def head(words: list[str], **variables: str) -> str:
            done = subprocess.run([*command, *words, "pair", "list", "--json"], cwd=tmp_path, env=environment(**variables),
                                  capture_output=True, encoding="utf-8", check=True)
            name: str = json.loads(done.stdout)[0]["head_name"]
            return name

        assert head([]) == "lianhu"
        assert head([], LIANHU_DB="") == "lianhu"
        assert head([], LIANHU_DB="by-variable.db") == "by-variable"
        assert head(["--db", "by-option.db"], LIANHU_DB="by-variable.db") == "by-option"

    def test_a_fixed_day(self, path: Path):
        a_pair(path)
        command = [sys.executable, "-m", "lianhu", "--db", str(path)]
        for words, variables in ((["--today", "2026-03-05"], {}), ([], {"LIANHU_TODAY": "2026.3.6"})):
            subprocess.run([*command, *words, "visit", "add", "H00001"], env=environment(**variables), check=True,
                           capture_output=True)
        done = subprocess.run([*command, "visit", "list", "--json"], capture_output=True, encoding="utf-8", check=True)
        assert [visit["visited_on"] for visit in json.loads(done.stdout)] == ["2026-03-06", "2026-03-05"]

    def test_a_day_that_is_none(self, process):
        outcome = process("--today", "某天", "log")
        assert outcome.code == 2
        assert outcome.err.startswith("日期“某天”看不懂。")

    def test_no_database_names_the_path_and_what_to_type(self, process, path: Path):
        outcome = process("pair", "list")
        assert outcome.code == 6
        assert outcome.out == ""
        assert str(path) in outcome.err
        assert "lianhu import" in outcome.err
        assert not path.exists()

    @pytest.mark.parametrize("words", [
        ["assign"], ["pair", "list"], ["pair", "show", "甲"], ["visit", "add", "甲"], ["visit", "list"], ["log"], ["undo"],
        ["rules", "show"], ["rules", "check"], ["rules", "export", "x.toml"], ["rules", "import", "x.toml"], ["config", "show"],
        ["config", "export", "x.toml"], ["config", "import", "x.toml"], ["report"]], ids=" ".join)
    def test_no_command_but_the_four_makes_one(self, lianhu, path: Path, words: list[str]):
        outcome = lianhu(*words)
        assert outcome.code == 6, outcome.err
        assert not path.exists()


class TestHowCommandsEnd:
    def test_messages_go_to_stderr_and_the_answer_to_stdout(self, process, path: Path):
        a_pair(path)
        outcome = process("visit", "add", "H00001")
        assert (outcome.code, outcome.err) == (0, "批次 2（撤销：lianhu undo）\n")
        assert outcome.out == "已登记 V000001：包文军（C0001）2026-11-24 走访 H00001 宝音\n"

    @pytest.mark.parametrize("words", [
        ["pair", "list"], ["pair", "list", "--unpaired"], ["pair", "show", "H00001"], ["visit", "list"],
        ["log"], ["log", "--reads"],
        ["undo", "--dry-run"], ["assign", "--dry-run"], ["visit", "add", "H00001"]], ids=" ".join)
    def test_json_is_one_document_and_nothing_else(self, process, path: Path, words: list[str]):
        a_pair(path)
        outcome = process(*words, "--json")
        assert outcome.code == 0
        json.loads(outcome.out)
        assert "\\u" not in outcome.out

    def test_ctrl_c_says_so_and_changes_nothing(self, path: Path):
        a_pair(path)
        before = path.read_bytes()
        script = (
            "import os, signal, sys\nfrom lianhu.store.journal import Journal\nfrom lianhu.cli.app import main\n"
            "def interrupted(*_): os.kill(os.getpid(), signal.SIGINT)\n"
            "Journal.summarise = interrupted\nsys.argv[0] = 'lianhu'\nmain()\n")
        done = subprocess.run([sys.executable, "-c", script, *program(path, "visit", "add", "H00001")[3:]],
                              capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "已中断，没有写完的都没有写入。\n")
        assert path.read_bytes() == before

    def test_ctrl_c_at_a_question(self, terminal, path: Path):
        a_pair(path)
        run = terminal("visit", "add", "H00001")
        run.wait_for("哪天走访")
        run.process.send_signal(signal.SIGINT)
        assert run.finish() == 130
        assert run.screen.endswith("已中断，没有写完的都没有写入。\n")

    @pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
    @pytest.mark.parametrize("words", [["pair", "list"], ["pair", "list", "--json"], ["pair", "list", "--csv"], ["--help"]],
                             ids=" ".join)
    def test_a_reader_that_goes_away_is_no_error(self, path: Path, words: list[str]):
        with a_town(path) as town:
            cadre = town.cadre()
            for _ in range(3000):
                town.pair(town.household(), cadre)
        read, write = os.pipe()
        os.close(read)
        running = subprocess.Popen(program(path, *words), stdout=write, stderr=subprocess.PIPE, text=True)
        os.close(write)
        _, errors = running.communicate(timeout=60)
        assert (running.returncode, errors) == (0, "")

    @pytest.mark.parametrize("words", [
        ["visit", "add", b"\xff\xfe"], ["pair", "show", b"\xc3\xfb"], ["visit", "add", "H00001", "--note", b"\xff"],
        ["assign", "--village", b"\xff"], ["pair", "list", "--by", b"\xb0\xfc"]], ids=str)
    def test_bytes_that_are_no_utf_8_are_refused_in_a_sentence(self, path: Path, words: list[str | bytes]):
        a_pair(path)
        command = [sys.executable, "-m", "lianhu", "--db", str(path)]
        done = subprocess.run([*command, *words], capture_output=True, check=False)
        assert done.returncode in (2, 3)
        assert b"Traceback" not in done.stderr
        assert done.stderr.decode().splitlines()[0].endswith("。")


class TestCompletion:
    def complete(self, line: str, **variables: str) -> list[str]:
        words = line.split(" ")
        done = subprocess.run(
            [sys.executable, "-c", "import sys; sys.argv[0] = 'lianhu'; from lianhu.cli.app import main; main()"],
            env=environment(_LIANHU_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), **variables),
            capture_output=True, encoding="utf-8", check=False)
        assert "Traceback" not in done.stderr
        return done.stdout.split()

    @pytest.mark.parametrize(("line", "words"), [
        ("lianhu pai", ["pair"]), ("lianhu pair ", ["list", "show"]), ("lianhu visit a", ["add"]),
        ("lianhu assign --re", ["--rebalance"]), ("lianhu visit add --deed", ["--deed", "--deed-kind", "--deed-effect"])])
    def test_commands_sub_commands_and_options(self, line: str, words: list[str]):
        assert set(words) <= set(self.complete(line))

    def test_every_command_is_there(self):
        assert set(COMMANDS) <= set(self.complete("lianhu "))

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_there_is_a_script_for_each_shell(self, shell: str):
        done = subprocess.run([sys.executable, "-m", "lianhu", "--help"], env=environment(_LIANHU_COMPLETE=f"source_{shell}"),
                              capture_output=True, encoding="utf-8", check=False)
        assert "_LIANHU_COMPLETE" in done.stdout
