"""How a report looks in a browser and on paper, and the small script that sorts tables and opens figures.

Both stand inside the page, which asks nobody for anything: the page's policy lets these two run and
nothing else. Without the script the page shows the same figures, only unsorted and unfiltered.
"""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5a6877; --line: #d5dce4; --ground: #fff; --head: #eef3f8;
  --link: #0b57a4; --p1: #1f6fb2; --p2: #e0862b; --p3: #3c9a5f; --p4: #b0529b; --p5: #7a6a53; --p6: #5b6bd0; --on: #fff;
  --on2: #111 }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e9ef; --soft: #9fadbb; --line: #3a4652; --ground: #14191f;
  --head: #202a34; --link: #8fc3f5; --p1: #5aa5e6; --p2: #f0a95c; --p3: #6cc48d; --p4: #d98cc7; --p5: #b8a78d;
  --p6: #98a4f0; --on: #111 } }
* { box-sizing: border-box }
body { font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", SimSun, sans-serif; color: var(--ink);
  background: var(--ground); margin: 0 auto; max-width: 78rem; padding: 1rem; line-height: 1.5 }
h1 { font-size: 1.5rem; margin: .5rem 0 } h2 { font-size: 1.15rem; margin: 0 0 .5rem }
a { color: var(--link) } nav, .note { color: var(--soft); font-size: .9rem; margin: .2rem 0 }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0; padding: 0 }
.tile { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem; min-width: 0 }
.tile dt { color: var(--soft); font-size: .85rem } .tile dd { margin: 0 }
.tile b { font-size: 1.5rem; font-variant-numeric: tabular-nums } .tile small { color: var(--soft) }
.tile svg { display: block; width: 100%; height: 28px; margin-top: .2rem }
section { margin: 1.6rem 0 } .beside { display: grid; gap: .8rem 2rem; align-items: start }
.months { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .5rem 1.5rem }
figure { margin: 0; min-width: 0 } figcaption { color: var(--soft); font-size: .85rem }
figure svg { width: 100%; max-width: 32rem; height: auto; display: block }
@media (min-width: 62rem) { .tiles { grid-template-columns: repeat(8, minmax(0, 1fr)) } .wide.alone { max-width: 46rem }
  .beside { grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr) }
  .months { grid-template-columns: repeat(3, 1fr) } }
.wide { overflow-x: auto; position: relative }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top }
th { background: var(--head); white-space: nowrap } td { overflow-wrap: anywhere; mso-number-format: "\\@" }
td:first-child, th:first-child { position: sticky; left: 0; background: var(--ground) } th:first-child { background: var(--head) }
td.whole { white-space: nowrap } .number { text-align: right; white-space: nowrap }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer }
th button::after { content: " ↕"; color: var(--soft) } th[aria-sort=ascending] button::after { content: " ↑" }
th[aria-sort=descending] button::after { content: " ↓" }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
tfoot td { font-weight: bold; border-top: 2px solid var(--line) }
summary { cursor: pointer; padding: .3rem 0 } details { border-top: 1px solid var(--line) }
text { font-size: 12px; fill: var(--ink) } .p1 { fill: var(--p1) } .p2 { fill: var(--p2) } .p3 { fill: var(--p3) }
.p4 { fill: var(--p4) } .p5 { fill: var(--p5) } .p6 { fill: var(--p6) } .part { stroke: var(--ground) }
.in1, .in3, .in4, .in5, .in6 { fill: var(--on) } .in2 { fill: var(--on2) }
.axis { stroke: var(--line) } .line { fill: none; stroke: var(--p1); stroke-width: 2 } .under { fill: var(--p1); opacity: .15 }
.dot { fill: var(--p1) }
@page { size: A4; margin: 14mm }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #999; --ground: #fff; --head: #eee; --link: #000;
  --p1: #1f6fb2; --p2: #e0862b; --p3: #3c9a5f; --p4: #b0529b; --p5: #7a6a53; --p6: #5b6bd0; --on: #fff }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  nav, #records, th button::after { display: none } a { text-decoration: none; color: inherit } .wide { overflow: visible }
  .beside { display: block } figure svg { max-width: 15cm; max-height: 23cm } figure { margin-top: 3mm }
  tr, figure, .tile { break-inside: avoid } thead { display: table-header-group } tfoot { display: table-row-group }
  th button { display: contents } h2 { break-after: avoid }
  td:first-child, th:first-child { position: static } th, td { padding: .1rem .3rem } }
"""

SCRIPT = """
'use strict';
for (const table of document.querySelectorAll('table')) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    button.title = '按' + head.textContent + '排序';
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', down > 0 ? 'ascending' : 'descending');
      const key = row => { const cell = row.cells[column];
        return cell.dataset.v === undefined ? cell.textContent : cell.dataset.v === '' ? NaN : Number(cell.dataset.v); };
      const order = (one, other) => typeof one === 'number' && typeof other === 'number'
        ? Number.isNaN(one) || Number.isNaN(other) ? (Number.isNaN(one) - Number.isNaN(other)) * down : one - other
        : String(one).localeCompare(String(other), 'zh-CN');
      [...body.rows].map(row => [key(row), row]).sort((a, b) => down * order(a[0], b[0])).forEach(pair => body.append(pair[1]));
    });
  });
}
const records = document.getElementById('records');
if (records) {
  const show = (part, wanted, words) => {
    let count = 0;
    for (const row of part.querySelector('tbody').rows) {
      const keys = JSON.parse(row.dataset.k);
      row.hidden = !wanted.every(([at, allowed]) => allowed.includes(keys[at]));
      count += !row.hidden;
    }
    part.querySelector('.chosen').textContent = words + '：' + count;
    part.open = true;
  };
  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-pick]');
    if (!link) return;
    const part = document.querySelector(link.getAttribute('href'));
    show(part, JSON.parse(link.dataset.pick), link.title);
    part.querySelector('summary').focus();
  });
  records.addEventListener('click', event => {
    if (event.target.matches('.all')) show(event.target.closest('details'), [], '全部');
  });
  for (const button of records.querySelectorAll('.all')) button.hidden = false;
}
"""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy() -> str:
    """What the page may do: look as it does, run its own script, and ask nobody for anything."""
    return f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; base-uri 'none'; form-action 'none'"
