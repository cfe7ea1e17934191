"""Whatever goes wrong, nothing is lost and nothing is half: killed processes, a full disk, a file taken away,
one that cannot be written, locks, and many at once. Each time one clear sentence, and the next command works.

LIANHU_TRIALS is how often each command is killed (a few hundred find what a few do not).
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from lianhu.cli.app import COMMANDS, load_command
from lianhu.errors import DatabaseError
from lianhu.store import connection
from lianhu.store.connection import open_database
from lianhu.store.journal import note_reading
from tests.conftest import ROOT, environment, program
from tests.factory import NOW, a_town, an_id_number, contents
from tests.store.test_connection import HOLD, a_user_without_rights
from tests.store.test_crash import MEMORY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

TRIALS = int(os.environ.get("LIANHU_TRIALS", "4"))

WRITING = [line.split() for line in """
import {}/名册.xlsx
assign
assign --rebalance
undo
visit add H00002 --by C0002 --deed 联系住院
event add H00001 生病住院
deed add H00001 送医 --by C0001
deed update B000001 --effect 已解决
ticket add 2511241011090001 路灯不亮 --village 永胜
ticket assign 00000001 C0002
ticket sign 00000001
ticket resolve 00000002 --result 已修好
ticket follow-up 00000003 --solved
ticket return 00000001 --reason 不属于本镇
ticket extend 00000004 --days 3 --reason 等材料
ticket exclude 00000001 --reason 不属实
task issue 医保宣传 --duty 政策理论讲解 --all
task done T000001 H00001
card issue H00001
card print H00001 -o {}/卡.docx
rating add H00001 满意
appraisal add C0001 良好 --period 2026年上半年
opinion add 路灯不亮 --village 永胜
opinion close O000001 --result 已修
household add 包金山 --village 永胜
household edit H00001 --note 改
household close H00001 --reason 搬迁
household reopen H00009
household split H00001 包银山
household head H00001 包银山 --reason 去世
household merge H00003 H00004
cadre add 包文军 --village 永胜
cadre edit C0001 --capacity 3
cadre leave C0001 --reason 调离
cadre return C0009
pair set H00005 C0002
pair lock H00001
pair unlock H00002
pair end H00001 --reason 更正
cluster add 永胜 第九网格
cluster edit 第一网格 --chief 白玉兰
cluster put 第一网格 H00002
cluster-head nominate 第一网格 包金山 --votes 12
cluster-head appoint N000001 --reason 得票最多
cluster-head decline N000001 --reason 得票较少
cluster-head end 头春梅 --reason 届满
activity add 特色种植 庭院剁椒 --quantity 12.5 --cluster 第一网格
award propose 联户有为先进联户单元 --cluster 第一网格 --month 2026-10
award object W000002 两件是往年的
award answer J000001 已核实 --by 包镇长
award grant W000001 --by 包镇长
award refuse W000001 --by 包镇长 --reason 名额已满
fund add 支出 200 庭院种植补助 --by 赵会计 --approved-by 包镇长 --village 永胜
fund reverse F000001 --reason 金额记错
credit record 第一网格 AA --limit 5
credit export {}/信用.xlsx
rules import {}/规则.toml
config import {}/设置.toml
household list --full
export -o {}/全部.xlsx
log -o {}/日志.xlsx
backup {}/备份.db
backup --keep 1
restore {}/以前.db --yes
""".strip().splitlines()]

READING = {"demo", "init", "template", "report", "brief", "check", "due", "compare",
           *(f"{group} {name}" for group in ("household", "cadre", "pair", "visit", "event", "deed", "task", "ticket", "card",
                                            "rating", "appraisal", "opinion", "cluster", "cluster-head", "activity", "award",
                                            "fund", "credit") for name in ("list", "show")),
           "cluster check", "cluster-head compare", "credit grade", "fund statement",
           "pair history", "pair explain", "rules show", "rules export", "rules check", "config show", "config export"}
"""What writes no record, or makes a database only where there is none."""


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A folder with a town in which every command above has something to do."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name) / "template"
        folder.mkdir()
        path = folder / "lianhu.db"
        with a_town(path) as town:
            village = town.village("永胜")
            for _ in range(12):
                town.household(village_id=village, traits="年老", note="一段较长的备注，占些地方" * 20)
            for _ in range(9):
                town.cadre(village_id=village, roles="村医")
            shutil.copy(path, folder / "以前.db")
            town.pair(1, 1)
            town.pair(2, 2, is_locked=1)
            for number, more in enumerate((
                {"state": "待签收"}, {"signed_at": "2026-11-02 11:00"},
                {"state": "待回访", "signed_at": "2026-11-02 11:00", "closed_at": "2026-11-03 11:00"},
                {"signed_at": "2026-11-02 11:00", "due_on": "2026-11-27"},
            ), 1):
                town.ticket(number=f"2511011011{number:08d}", household_id=1, cadre_id=1, **more)
            town.deed(1, 1)
            town.task(1, 2)
            town.opinion()
            unit = town.cluster(village)
            for household in range(1, 7):
                town.change("household", household, cluster_id=unit)
                town.rating(household, 1, rated_on="2026-10-10")
            town.cluster_head(town.cluster(village, "第二网格", key="第二网格"), name="头春梅")
            town.nomination(unit)
            town.award(village)
            town.award_objection(town.award(village, title="联户有为先进联户单元", objections_until="2026-11-30"))
            town.fund_entry()
            town.change("household", 9, closed_on="2026-10-01", close_reason="搬迁")
            town.change("cadre", 9, left_on="2026-10-01", leave_reason="病假")
        with a_town(path, command="household edit") as town:
            town.change("household", 1, note="最后一批")
        with a_town(folder / "以前.db") as town:
            town.household(head_name="以前的户", village_id=town.village("哈达"))
        book = openpyxl.Workbook()
        book.active.append(["嘎查村", "户主姓名", "身份证号"])
        for number in range(30):
            book.active.append(["永胜", f"白{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'春夏秋'[number // 10]}", an_id_number(500 + number)])
        book.save(folder / "名册.xlsx")
        rules = subprocess.run(program(path, "rules", "export", folder / "规则.toml"), cwd=ROOT, capture_output=True)
        assert rules.returncode == 0, rules.stderr
        text = (folder / "规则.toml").read_text(encoding="utf-8")
        (folder / "规则.toml").write_text(text.replace("same_hamlet = ", "same_hamlet = 1"), encoding="utf-8")
        (folder / "设置.toml").write_text('town = "音德尔镇"\n', encoding="utf-8")
        yield folder


def test_every_writing_command_is_among_those_that_are_killed():
    every = set()
    for name in COMMANDS:
        subs = getattr(load_command(name), "commands", {})
        every |= {f"{name} {sub}" for sub in subs} or {name}
    tried = {name for words in WRITING for name in (words[0], " ".join(words[:2])) if name in every}
    assert every - tried <= READING


def test_killed_at_random_moments(template: Path, capsys: pytest.CaptureFixture[str]):
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.store.random_kills", str(template), f"{folder}/work", str(TRIALS)],
            input=json.dumps(WRITING), cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=60 + 20 * TRIALS)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    with capsys.disabled():
        print(f"\nkilled at random moments: {found['trials']} trials, {len(found['lost'])} losses "
              f"({found['before']} as before, {found['after']} as after)")
    assert found["trials"] == TRIALS * len(WRITING)
    assert found["lost"] == []


def told_once(err: str) -> None:
    """One sentence, and perhaps what to do; no traceback."""
    lines = err.strip().splitlines()
    assert "Traceback" not in err, err
    assert lines, "no word"
    assert len(lines) == 1 or (len(lines) == 2 and lines[1].startswith("→ ")), err


def limited(size: int):
    """A file may not grow beyond ``size`` bytes, as on a disk that is full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


FULL = [
    ["import", "{}/名册.xlsx"], ["assign"], ["undo"], ["visit", "add", "H00002", "--by", "C0002"],
    ["task", "issue", "医保宣传", "--duty", "政策理论讲解", "--all"], ["household", "list", "--full"],
    ["export", "-o", "{}/全部.xlsx"], ["card", "print", "H00001", "-o", "{}/卡.docx"], ["report", "-o", "{}/报表.xlsx"],
    ["report", "-o", "{}/报表.html"], ["brief", "-o", "{}/汇报.docx"], ["backup", "{}/备份.db"], ["restore", "{}/以前.db", "--yes"],
    ["log", "-o", "{}/日志.xlsx"],
]


@pytest.mark.parametrize("words", FULL, ids=" ".join)
def test_a_full_disk(template: Path, tmp_path: Path, words: list[str]):
    """Whatever the room: the command does all or nothing, says so, and works once there is room again."""
    files = {file.name for file in template.iterdir()}
    for room in (0, 600, 5_000):
        folder = tmp_path / str(room)
        shutil.copytree(template, folder)
        path = folder / "lianhu.db"
        before = contents(path)
        command = program(path, *(word.replace("{}", str(folder)) for word in words))
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", preexec_fn=limited(room),
                              stdin=subprocess.DEVNULL, timeout=60)
        assert done.returncode in {4, 6}, (room, done.stdout, done.stderr)
        told_once(re.sub("^(注意：|\\[).*\n", "", done.stderr, flags=re.MULTILINE))
        assert contents(path) == before
        assert {file.name for file in folder.iterdir()} - files <= {"lianhu.db-journal"}
    again = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=60)
    assert again.returncode == 0, again.stderr


class TestTakenAway:
    def test_while_a_command_waits_for_an_answer(self, path: Path, terminal):
        with a_town(path) as town:
            town.pair(town.household(), town.cadre())
        session = terminal("visit", "add", "H00001")
        session.wait_for("：")
        path.rename(path.with_name("moved.db"))
        for _ in range(12):
            if session.process.poll() is not None:
                break
            os.write(session._own, b"\n")
            time.sleep(0.1)
        assert session.finish() == 6
        assert "没有改动" in session.screen or "没有找到数据库" in session.screen
        assert "Traceback" not in session.screen
        assert not path.exists()
        path.with_name("moved.db").rename(path)
        assert contents(path)["visit"] == []

    def test_between_looking_and_writing(self, path: Path, lianhu):
        with a_town(path) as town:
            town.household()
        with open_database(path) as database:
            path.rename(path.with_name("moved.db"))
            with pytest.raises(DatabaseError, match="刚被移走"):
                note_reading(database, "x", "x", now=NOW)
        assert not path.exists()
        assert lianhu("log").code == 6
        path.with_name("moved.db").rename(path)
        assert lianhu("log").code == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
class TestCannotBeWritten:
    @pytest.mark.parametrize("words", [
        ["visit", "add", "H00001", "--by", "C0001"], ["household", "list", "--full"], ["backup"], ["assign"], ["undo"],
    ], ids=" ".join)
    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_reading_goes_on_and_writing_is_refused(self, path: Path, tmp_path: Path, lianhu, words: list[str], what: str):
        with a_town(path) as town:
            town.household()
            town.cadre()
        lianhu(*words, "--help")  # what it imports is there before the rights go
        lianhu("check")
        path.chmod(0o444)
        before = contents(path)
        with a_user_without_rights(tmp_path):
            done = lianhu(*words)
            told_once(re.sub("^注意：.*\n→ chmod.*\n", "", done.err))
            assert done.code in {4, 6}
            assert lianhu("check").code == 0
        path.chmod(0o600)
        assert contents(path) == before
        assert [file.name for file in tmp_path.iterdir()] == ["lianhu.db"]
        assert lianhu(*words).code == 0


LOCKED = [
    ["visit", "add", "H00001", "--by", "C0001"], ["assign"], ["undo"], ["household", "list"], ["household", "list", "--full"],
    ["report"], ["brief"], ["due"], ["check"], ["check", "--quick"], ["log", "--head"], ["backup"], ["export", "-o", "{}/a.xlsx"],
]


@pytest.mark.parametrize("words", LOCKED, ids=" ".join)
def test_a_lock_held_for_longer_than_the_timeout(path: Path, tmp_path: Path, lianhu, words: list[str], monkeypatch):
    with a_town(path) as town:
        town.household()
        town.cadre()
    before = contents(path)
    words = [word.replace("{}", str(tmp_path)) for word in words]
    with monkeypatch.context() as shortened:
        shortened.setattr(connection, "BUSY_SECONDS", 0.1)
        with held(path):
            done = lianhu(*words)
    assert done.code == 6
    assert "正被另一个程序占用" in done.err
    told_once(done.err)
    assert contents(path) == before
    assert [file.name for file in tmp_path.iterdir()] == ["lianhu.db"]
    assert lianhu(*words).code == 0


@contextmanager
def held(path: Path) -> Iterator[None]:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.communicate()


WRITER = """
import sys
from lianhu.cli.app import run
for day in range(1, 7):
    code = run(["--db", sys.argv[1], "--today", "2026-11-24", "visit", "add", sys.argv[2], "--on", f"2026-10-{day:02d}",
                "--deed", f"实事{day}"])
    if code:
        sys.exit(code)
"""

READER = """
import json, sys
from lianhu.cli import output
from lianhu.cli.app import run
seen = []
output.show_json = seen.append
for words in (["report", "--json"], ["check", "--json"], ["log", "--json", "-n", "1000"], ["report", "--rows", "visits", "--json"]) * 3:
    code = run(["--db", sys.argv[1], "--today", "2026-11-24", *words])
    if code:
        sys.exit(code)
json.dump([len(s["tables"][0]["rows"]) for s in seen[3::4]] + [s["errors"] for s in seen[1::4]], sys.stdout)
"""


def test_eight_writers_and_four_readers_at_once(path: Path, capsys: pytest.CaptureFixture[str]):
    with a_town(path) as town:
        for _ in range(8):
            town.pair(town.household(), town.cadre())

    def start(script: str, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-c", script, str(path), *words], env=environment(), encoding="utf-8",
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    writers = [start(WRITER, f"H{number:05d}") for number in range(1, 9)]
    readers = [start(READER) for _ in range(4)]
    for reader in readers:
        out, err = reader.communicate(timeout=120)
        assert reader.returncode == 0, err
        *visits, one, two, three = json.loads(out)
        assert visits == sorted(visits)
        assert (one, two, three) == (0, 0, 0)
    for writer in writers:
        _, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
    state = contents(path)
    assert len(state["visit"]) == len(state["deed"]) == 48
    assert len({visit[1] for visit in state["visit"]}) == 48
    assert len({(visit[2], visit[4]) for visit in state["visit"]}) == 48
    assert [batch[0] for batch in state["batch"]] == list(range(1, 50))
    with capsys.disabled():
        print("\neight writers and four readers: 48 visits, 0 losses")
