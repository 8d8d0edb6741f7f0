/* The review page: text and figures side by side. All text goes in through textContent. */
"use strict";
(() => {
const ROW = 32;                 /* height of a row in pixels, as in page.css */
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const blocks = data.blocks;
const WORDS = {
  zh: {
    title: "数字核对", skip: "跳到数字表", documents: "文档", document: "选择文档",
    previous: "上一个文档", next: "下一个文档", text: "原文", figures: "数字", filter: "筛选",
    search: "搜索数字、指标、范围、规则、行编号…", here: "只看本文档", changes: "只看增减", conflicts: "只看冲突",
    kinds: "类型", plot: "图表", metric: "指标", detail: "详情", by_kind: "各类数字个数",
    summary: (d, b, f, e) => `${d} 个文档 · ${b} 段 · ${f} 个数字 · ${e} 个名称`,
    count: (n, all) => n === all ? `${all} 个` : `${n} / ${all} 个`,
    c_kind: "类型", c_text: "数字原文", c_value: "数值", c_metric: "指标", c_scope: "主体或范围",
    c_period: "时期", c_change: "增减", c_doc: "文档",
    unit: "单位", value: "数值", low: "下限", high: "上限", iso: "日期", qualifier: "限定",
    change: "增减", speaker: "发言人", rule: "规则", bytes: "源文件字节", heading: "标题",
    source: "来源文件", block: "段落", row: "行编号", show: "查看原字节", conflict: "冲突",
    also: "另见", repeat_of: "重复自", sentence: "原句", entities: "同句名称", other: "其他",
    hidden: "（被筛选隐藏）", level: "数值", name: "全称", points: "各时期的值",
  },
  en: {
    title: "Figure review", skip: "Skip to the table of figures", documents: "Documents",
    document: "Choose a document", previous: "Previous document", next: "Next document",
    text: "Text", figures: "Figures", filter: "Filter",
    search: "Search figure, metric, scope, rule, row id…", here: "this document",
    changes: "changes only", conflicts: "conflicts only", kinds: "Kinds", plot: "Plots", metric: "Metric", detail: "Details",
    by_kind: "Figures by kind",
    summary: (d, b, f, e) => `${d} documents · ${b} blocks · ${f} figures · ${e} entities`,
    count: (n, all) => n === all ? `${all} figures` : `${n} of ${all}`,
    c_kind: "Kind", c_text: "As written", c_value: "Value", c_metric: "Metric", c_scope: "Scope",
    c_period: "Period", c_change: "Change", c_doc: "Document",
    unit: "Unit", value: "Value", low: "Low", high: "High", iso: "Date", qualifier: "Qualifier",
    change: "Change", speaker: "Speaker", rule: "Rule", bytes: "Bytes of the source",
    heading: "Heading", source: "Source", block: "Block", row: "Row id", show: "Show the bytes",
    conflict: "Conflict", also: "Also in", repeat_of: "Repeats", sentence: "Sentence",
    entities: "Names near it", other: "other", hidden: " (hidden by the filter)", level: "Value",
    name: "Full name", points: "Values over periods",
  },
};
let lang = data.lang || ((navigator.language || "").startsWith("zh") ? "zh" : "en");
const t = (key) => WORDS[lang][key];
/* Labels of codes are those of rules/labels.tsv: {"kind/money": ["金额", "money"]}. */
const label = (field, code) => {
  const l = Object.hasOwn(data.labels, field + "/" + code) ? data.labels[field + "/" + code] : null;
  return l ? l[lang === "zh" ? 0 : 1] : String(code);
};
const str = (v) => v === undefined || v === null ? "" : typeof v === "string" ? v : JSON.stringify(v);

function el(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes || {}))
    if (k === "class") e.className = v; else if (v !== null) e.setAttribute(k, v);
  e.append(...children);        /* strings become text nodes */
  return e;
}
function svg(name, attributes, ...children) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes || {})) e.setAttribute(k, v);
  e.append(...children);
  return e;
}
/* A class for a kind that may be any text. */
const kindClass = (kind) => "k-" + String(kind).replace(/[^a-z_]/g, "");

/* The figures, in the order of the text, and the documents they stand in */
const docs = [], docIndex = new Map(), figures = [], byRow = new Map();
let entityCount = 0;
blocks.forEach((b, i) => {
  const key = JSON.stringify([b.doc, b.source]);
  if (!docIndex.has(key)) {
    docIndex.set(key, docs.length);
    docs.push({name: str(b.doc), source: str(b.source), date: str(b.date), blocks: [], figures: 0});
  }
  b.at = docIndex.get(key);
  docs[b.at].blocks.push(i);
  b.marks = [];
  entityCount += b.entities.length;
  for (const f of b.figures) {
    const change = f.change && typeof f.change === "object" ? f.change : null;
    const fig = {
      f, block: i, doc: b.at, row: str(f.row), text: str(f.text), kind: str(f.kind) || "other",
      metric: str(f.metric), scope: str(f.scope), period: str(f.period), change,
      conflict: f.conflict && typeof f.conflict === "object" ? f.conflict : null,
      number: Number(f.value !== undefined ? f.value : f.low),
    };
    fig.find = [fig.text, fig.kind, fig.metric, fig.scope, fig.period, str(f.value), str(f.unit),
      str(f.iso), str(f.rule), fig.row, str(b.speaker), str(b.id)].join("\n").toLowerCase();
    b.marks.push(figures.length);
    byRow.set(fig.row, figures.length);
    figures.push(fig);
    docs[b.at].figures++;
  }
});

/* 2680000000000 as 2.68万亿, exactly: the point moves, nothing is rounded */
function big(v) {
  const m = /^(-?)(\d+)(?:\.(\d+))?$/.exec(v);
  if (!m) return v;
  const shift = m[2].length > 12 ? 12 : m[2].length > 8 ? 8 : m[2].length > 4 ? 4 : 0;
  const whole = m[2].slice(0, m[2].length - shift), rest = m[2].slice(m[2].length - shift);
  const part = (rest + (m[3] || "")).replace(/0+$/, "");
  if (lang === "en") return m[1] + m[2].replace(/\B(?=(\d{3})+$)/g, ",") + (m[3] ? "." + m[3] : "");
  return m[1] + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? "." + part : "") +
    ["", "万", "亿", "万亿"][shift / 4];
}
const LARGE = new Set(["money", "count", "measure", "number"]);
function valueText(fig) {
  const f = fig.f, show = LARGE.has(fig.kind) ? big : (v) => v;
  if (f.iso !== undefined) return str(f.iso);
  const v = f.value !== undefined ? show(str(f.value))
    : f.low !== undefined || f.high !== undefined ? show(str(f.low)) + "–" + show(str(f.high)) : "";
  const unit = label("unit", str(f.unit));
  if (!v || !unit) return v;
  return v + (lang === "en" && unit !== "%" ? " " : "") + unit;
}
function changeText(fig) {
  const c = fig.change;
  if (!c) return "";
  const arrow = c.direction === "increase" ? "↑ " : c.direction === "decrease" ? "↓ " : "";
  return arrow + (c.basis ? label("basis", c.basis) : c.direction ? label("direction", c.direction) : "");
}

/* Code points of a text to indices of a JavaScript string */
function indexer(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (cp) => Math.min(cp, text.length);
  const at = [];
  for (let i = 0; i < text.length; i += text.codePointAt(i) > 0xffff ? 2 : 1) at.push(i);
  at.push(text.length);
  return (cp) => at[Math.min(cp, at.length - 1)];
}

/* The text */
let doc = 0, current = -1;
const markOf = new Map();       /* figure to its mark in the text shown */

function renderBlock(b, speaker) {
  const heading = b.kind === "heading";
  const level = Math.min(6, Math.max(2, (Number(b.level) || 1) + 1));
  const e = el(heading ? "h" + level : "p", {"class": "block " + String(b.kind).replace(/[^a-z_]/g, "")});
  const text = str(b.text), at = indexer(text), cuts = new Set([0, text.length]);
  const spans = [];
  const add = (o, make) => {
    if (!Number.isInteger(o.start) || !Number.isInteger(o.end) || o.start < 0 || o.end <= o.start) return;
    const s = {from: at(o.start), to: at(o.end), make};
    cuts.add(s.from).add(s.to);
    spans.push(s);
  };
  for (const i of b.marks) add(figures[i].f, {figure: i});
  for (const x of b.entities) add(x, {entity: x});
  spans.sort((x, y) => x.from - y.from);
  const points = [...cuts].sort((x, y) => x - y);
  let open = null, mark = null, next = 0, live = [];
  for (let k = 0; k + 1 < points.length; k++) {
    const [from, to] = [points[k], points[k + 1]];
    while (next < spans.length && spans[next].from <= from) live.push(spans[next++]);
    live = live.filter((s) => s.to > from);
    const fig = live.find((s) => s.make.figure !== undefined);
    const ent = live.find((s) => s.make.entity !== undefined);
    let piece = document.createTextNode(text.slice(from, to));
    if (ent) {
      const x = ent.make.entity;
      piece = el("span", {"class": "ent"}, piece);
      piece.entity = x;
    }
    if (!fig) { open = mark = null; e.append(piece); continue; }
    if (open !== fig) {
      open = fig;
      const g = figures[fig.make.figure];
      mark = el("mark", {"class": kindClass(g.kind), id: g.row, role: "button", tabindex: "-1",
        "aria-label": [g.text, label("kind", g.kind), valueText(g), g.metric].filter(Boolean).join(", ")});
      mark.figure = fig.make.figure;
      if (g.conflict) mark.classList.add("odds");
      markOf.set(fig.make.figure, mark);
      e.append(mark);
    }
    mark.append(piece);
  }
  if (b.speaker && b.speaker !== speaker)
    e.prepend(el("span", {"class": "tag"}, t("speaker") + " " + str(b.speaker)));
  return e;
}

function showDoc(d) {
  doc = d;
  $("doc").value = String(d);
  $("doc-prev").disabled = d === 0;
  $("doc-next").disabled = d === docs.length - 1;
  markOf.clear();
  const part = document.createDocumentFragment();
  if (docs.length) {
    const where = [docs[d].source || docs[d].name, docs[d].date].filter(Boolean).join(" · ");
    part.append(el("p", {"class": "where"}, where));
    let speaker;
    for (const i of docs[d].blocks) {
      part.append(renderBlock(blocks[i], speaker));
      speaker = blocks[i].speaker;
    }
  }
  $("text").replaceChildren(part);
  $("page").scrollTop = 0;
  const first = markOf.values().next().value;
  if (first) first.tabIndex = 0;
  dimMarks();
  if ($("here").checked) filter();
}

/* The table: filtered, sorted, and only the rows in sight are made */
let view = [], place = new Map(), sort = {key: "place", down: false}, off = new Set();
const COLUMNS = [
  {key: "kind", width: 13, get: (g) => label("kind", g.kind)},
  {key: "text", width: 18, get: (g) => g.text, cls: "fig"},
  {key: "value", width: 29, get: valueText, cls: "n", by: (g) => g.number},
  {key: "metric", width: 18, get: (g) => g.metric},
  {key: "scope", width: 10, get: (g) => g.scope},
  {key: "period", width: 9, get: (g) => g.period},
  {key: "change", width: 11, get: changeText},
];
if (docs.length > 1) COLUMNS.push({key: "doc", width: 9, get: (g) => docs[g.doc].name});
const WIDTH = COLUMNS.reduce((sum, c) => sum + c.width, 0);

function renderHead() {
  $("head").replaceChildren(...COLUMNS.map((c) => {
    const th = el("th", {scope: "col", role: "columnheader", "class": c.cls === "n" ? "n" : "",
      "aria-sort": sort.key === c.key ? sort.down ? "descending" : "ascending" : "none"});
    th.style.width = 100 * c.width / WIDTH + "%";
    const b = el("button", {type: "button"}, t("c_" + c.key));
    b.onclick = () => {
      if (sort.key !== c.key) sort = {key: c.key, down: c.key === "value"};
      else if (sort.down === (c.key === "value")) sort.down = !sort.down;
      else sort = {key: "place", down: false};
      renderHead();
      filter();
      $("head").children[COLUMNS.indexOf(c)].firstChild.focus();
    };
    th.append(b);
    return th;
  }));
}

function filter() {
  const words = $("query").value.toLowerCase().split(/\s+/).filter(Boolean);
  const here = $("here").checked, changes = $("changes").checked;
  const conflicts = $("conflicts").checked;
  view = [];
  for (let i = 0; i < figures.length; i++) {
    const g = figures[i];
    if (off.has(g.kind) || here && g.doc !== doc || changes && !g.change ||
      conflicts && !g.conflict) continue;
    if (words.every((w) => g.find.includes(w))) view.push(i);
  }
  const c = COLUMNS.find((x) => x.key === sort.key);
  if (c) {
    const by = c.by || c.get, sign = sort.down ? -1 : 1;
    const keys = new Map(view.map((i) => [i, by(figures[i])]));
    const empty = (v) => v === "" || Number.isNaN(v);
    view.sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      if (empty(x) || empty(y)) return empty(x) - empty(y) || a - b;
      return sign * (typeof x === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0) || a - b;
    });
  }
  place = new Map(view.map((i, k) => [i, k]));
  $("count").textContent = t("count")(view.length, figures.length);
  $("table").setAttribute("aria-rowcount", String(view.length + 1));
  dimMarks();
  renderRows(true);
  renderChart();
}
function dimMarks() {
  for (const [i, m] of markOf) m.classList.toggle("dim", place.size > 0 && !place.has(i));
}

let first = -1, last = -1;
function renderRows(again) {
  const box = $("scroll"), top = Math.max(0, box.scrollTop), height = box.clientHeight || 600;
  const from = Math.max(0, Math.floor(top / ROW) - 8);
  const to = Math.min(view.length, Math.ceil((top + height) / ROW) + 8);
  if (!again && from === first && to === last) return;
  const focus = document.activeElement && document.activeElement.closest("tr.row");
  const focused = focus ? Number(focus.dataset.at) : -1;
  first = from;
  last = to;
  const pad = (n) => {
    const tr = el("tr", {"class": "pad", "aria-hidden": "true"}, el("td", {colspan: String(COLUMNS.length)}));
    tr.style.height = n * ROW + "px";
    return tr;
  };
  const rows = [pad(from)];
  for (let k = from; k < to; k++) {
    const g = figures[view[k]];
    const tr = el("tr", {"class": "row " + kindClass(g.kind), role: "row", tabindex: "-1",
      "aria-rowindex": String(k + 2), "aria-selected": String(view[k] === current)});
    tr.dataset.at = String(k);
    if (g.conflict) tr.classList.add("odds");
    if (view[k] === current) { tr.classList.add("now"); tr.tabIndex = 0; }
    for (const c of COLUMNS)
      tr.append(el("td", {role: "gridcell", "class": c.cls || ""}, c.get(g)));
    rows.push(tr);
  }
  rows.push(pad(view.length - to));
  $("rows").replaceChildren(...rows);
  if (!place.has(current) && rows.length > 2) rows[1].tabIndex = 0;
  if (focused >= from && focused < to) rows[1 + focused - from].focus({preventScroll: true});
}
function scrollToRow(k) {
  const box = $("scroll"), head = $("head").offsetHeight, y = k * ROW;
  if (y < box.scrollTop || y + ROW + head > box.scrollTop + box.clientHeight)
    box.scrollTop = Math.max(0, y - (box.clientHeight - head - ROW) / 2);
}

/* Blocks out of sight have a guessed height: look again when they have been laid out. */
function reveal(mark, times) {
  mark.scrollIntoView({block: "center"});
  if (times > 0) requestAnimationFrame(() => {
    const box = $("page").getBoundingClientRect(), r = mark.getBoundingClientRect();
    if (mark.isConnected && (r.top < box.top || r.bottom > box.bottom)) reveal(mark, times - 1);
  });
}

/* One figure chosen: in the text, in the table, in the address */
function choose(i, from) {
  const old = markOf.get(current);
  if (old) { old.classList.remove("now"); old.tabIndex = -1; old.removeAttribute("aria-current"); }
  current = i;
  const g = figures[i];
  if (g.doc !== doc) showDoc(g.doc);
  for (const m of markOf.values()) { if (m.tabIndex === 0) m.tabIndex = -1; }
  const mark = markOf.get(i);
  if (mark) {
    mark.classList.add("now");
    mark.tabIndex = 0;
    mark.setAttribute("aria-current", "true");
    if (from !== "text") reveal(mark, 4);
    if (from === "text") mark.focus({preventScroll: true});
  }
  if (from !== "table" && place.has(i)) scrollToRow(place.get(i));
  renderRows(true);
  renderDetail();
  hideTip();
  try { history.replaceState(null, "", "#" + g.row); } catch (e) { /* some browsers, file: */ }
}

function sentenceOf(g) {
  const b = blocks[g.block], text = str(b.text);
  for (const s of b.sentences || [])
    if (Array.isArray(s) && s[0] <= g.f.start && g.f.start < s[1]) {
      const at = indexer(text);
      return {text: text.slice(at(s[0]), at(s[1])), from: s[0], to: s[1]};
    }
  return {text, from: 0, to: Infinity};
}
const alsoText = (list) => !Array.isArray(list) ? str(list) : list.map((x) => x && typeof x === "object"
  ? [str(x.doc) || str(x.id), Array.isArray(x.src) ? x.src.join("–") : ""].filter(Boolean).join(" ") : str(x)).join("; ");
const shell = (s) => "'" + s.replace(/'/g, "'\\''") + "'";
function facts(g) {
  const f = g.f, b = blocks[g.block], s = sentenceOf(g);
  const near = [...new Set(b.entities.filter((x) => x.start >= s.from && x.start < s.to)
    .map((x) => str(x.name) || str(x.text)))].join("、");
  const src = Array.isArray(f.src) ? f.src : [];
  return [
    ["value", str(f.value)], ["unit", str(f.unit)], ["low", str(f.low)], ["high", str(f.high)],
    ["iso", str(f.iso)], ["qualifier", f.qualifier ? label("qualifier", f.qualifier) : ""],
    ["metric", g.metric], ["c_scope", g.scope], ["c_period", g.period], ["change", changeText(g)],
    ["speaker", str(b.speaker)], ["heading", str(b.heading)], ["block", str(b.id)],
    ["rule", str(f.rule)], ["bytes", src.length === 2 ? src[0] + "–" + src[1] : ""], ["row", g.row],
    ["entities", near, true], ["sentence", s.text, true],
    ["conflict", g.conflict ? [g.conflict.value, g.conflict.with].filter(Boolean).map(str).join(" · ")
      : str(f.conflict || b.conflict), true], ["also", alsoText(f.also_in || b.also_in), true],
    ["repeat_of", str(b.repeat_of)], ["source", str(b.source), true],
    ["show", src.length === 2 && b.source ?
      `tail -c +${src[0] + 1} ${shell(str(b.source))} | head -c ${src[1] - src[0]}` : "", true],
  ].filter((x) => x[1]);
}
function renderDetail() {
  if (current < 0) { $("detail").replaceChildren(); return; }
  const g = figures[current], dl = el("dl", {});
  for (const [key, value, wide] of facts(g))
    dl.append(el("dt", {"class": wide ? "wide" : ""}, t(key)), el("dd", {"class": wide ? "wide" : ""},
      key === "show" ? el("code", {}, value) : value));
  const title = `${g.text} · ${label("kind", g.kind)} · ${valueText(g)}` +
    (place.has(current) ? "" : t("hidden"));
  $("detail").replaceChildren(el("h2", {"class": kindClass(g.kind)}, title), dl);
  $("detail").scrollTop = 0;
}

/* What stands under the pointer or the focus, in short */
function showTip(target, lines) {
  const tip = $("tip"), r = target.getClientRects()[0] || target.getBoundingClientRect();
  tip.textContent = lines.filter(Boolean).join("\n");
  tip.hidden = false;
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.max(8, Math.min(innerWidth - w - 8, r.left + r.width / 2 - w / 2)) + "px";
  tip.style.top = (r.top > h + 12 ? r.top - h - 8 : r.bottom + 8) + "px";
}
function hideTip() { $("tip").hidden = true; }
function tipFor(node) {
  const mark = node.closest && node.closest("mark"), ent = node.closest && node.closest(".ent");
  if (mark) {
    const g = figures[mark.figure], src = g.f.src;
    showTip(mark, [
      `${label("kind", g.kind)}  ${valueText(g)}` +
        (g.f.qualifier ? `  (${label("qualifier", g.f.qualifier)})` : ""),
      [g.scope, g.metric, g.period, changeText(g)].filter(Boolean).join(" · "),
      g.conflict ? `≠ ${t("conflict")} ${str(g.conflict.value)} · ${str(g.conflict.with)}` : "",
      [str(g.f.rule), Array.isArray(src) ? `${t("bytes")} ${src[0]}–${src[1]}` : ""].filter(Boolean).join(" · "),
    ]);
  } else if (ent) {
    const x = ent.entity;
    showTip(ent, [`${label("label", str(x.label))}  ${str(x.text)}`,
      x.name && x.name !== x.text ? `${t("name")} ${str(x.name)}` : "", str(x.rule)]);
  } else hideTip();
}

/* Plots: how many of each kind, and a metric over periods */
function periodTime(p) {
  const one = (s) => {
    let m;
    if ((m = /^(\d{4})$/.exec(s))) return +m[1] + 0.5;
    if ((m = /^(\d{4})-Q([1-4])$/.exec(s))) return +m[1] + (m[2] - 0.5) / 4;
    if ((m = /^(\d{4})-H([12])$/.exec(s))) return +m[1] + (m[2] - 0.5) / 2;
    if ((m = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(s)))
      return +m[1] + (m[2] - 1) / 12 + (m[3] ? m[3] / 372 : 1 / 24);
    return NaN;
  };
  const ends = p.split("/").map(one);
  return ends.length === 2 ? (ends[0] + ends[1]) / 2 : ends[0];
}
/* Metrics that the figures give for two periods or more, in one unit and as a level or a change. */
function seriesOf() {
  const all = new Map();
  view.forEach((i) => {
    const g = figures[i], time = periodTime(g.period);
    if (!g.metric || g.kind === "date" || Number.isNaN(time) || !Number.isFinite(g.number)) return;
    const change = g.change ? str(g.change.basis) || "change" : "";
    const key = JSON.stringify([g.metric, str(g.f.unit), change]);
    if (!all.has(key)) all.set(key, {metric: g.metric, unit: str(g.f.unit), change, points: []});
    const sign = g.change && g.change.direction === "decrease" ? -1 : 1;
    all.get(key).points.push({i, time, y: sign * g.number, period: g.period, scope: g.scope});
  });
  return [...all].filter(([, s]) => new Set(s.points.map((p) => p.period)).size > 1)
    .sort((a, b) => b[1].points.length - a[1].points.length);
}
function kindCounts(list) {
  const n = new Map();
  for (const i of list) n.set(figures[i].kind, (n.get(figures[i].kind) || 0) + 1);
  return [...n].sort((a, b) => b[1] - a[1]);
}
function renderKinds() {
  const counts = kindCounts(figures.keys()), most = counts.length ? counts[0][1] : 1;
  $("kinds").replaceChildren(...counts.map(([kind, n]) => {
    const bar = el("span", {"class": "bar"}), b = el("button", {type: "button",
      "class": kindClass(kind), "aria-pressed": String(!off.has(kind))},
    bar, label("kind", kind) + " ", el("b", {}, String(n)));
    bar.style.width = 100 * n / most + "%";
    b.onclick = () => {
      if (off.has(kind)) off.delete(kind); else off.add(kind);
      b.setAttribute("aria-pressed", String(!off.has(kind)));
      filter();
    };
    return b;
  }));
}
function renderChart() {
  if (!$("plot").open) return;
  const select = $("metric"), was = select.value, series = seriesOf();
  select.replaceChildren(el("option", {value: ""}, t("by_kind")),
    ...series.map(([key, s]) => el("option", {value: key},
      `${s.metric}${s.change ? "（" + label("basis", s.change) + "）" : ""} ${s.unit} · ${s.points.length}`)));
  select.value = series.some(([key]) => key === was) ? was : "";
  const chosen = series.find(([key]) => key === select.value);
  $("chart").replaceChildren(chosen ? lineChart(chosen[1]) : barChart());
}
function barChart() {
  const counts = kindCounts(view), most = counts.length ? counts[0][1] : 1, h = 22;
  const s = svg("svg", {viewBox: `0 0 600 ${counts.length * h + 6}`, role: "img", "aria-label":
    t("by_kind") + ": " + counts.map(([k, n]) => label("kind", k) + " " + n).join(", ")});
  counts.forEach(([kind, n], k) => {
    const y = k * h + 4, w = Math.max(2, 410 * n / most);
    const rect = svg("rect", {x: 120, y, width: w, height: h - 7, rx: 3, "class": kindClass(kind)});
    rect.style.fill = "color-mix(in srgb, var(--c, var(--other)) 55%, transparent)";
    const name = svg("text", {x: 112, y: y + 12, "text-anchor": "end"}), num = svg("text", {x: 128 + w, y: y + 12});
    name.textContent = label("kind", kind);
    num.textContent = String(n);
    s.append(rect, name, num);
  });
  return s;
}
function lineChart(data1) {
  const W = 600, H = 230, L = 70, R = 20, T = 16, B = 30;
  const points = data1.points.slice().sort((a, b) => a.time - b.time);
  const xs = points.map((p) => p.time), ys = points.map((p) => p.y);
  const x0 = Math.min(...xs), x1 = Math.max(...xs), y1 = Math.max(...ys, 0), y0 = Math.min(...ys, 0);
  const x = (v) => L + (W - L - R) * (x1 > x0 ? (v - x0) / (x1 - x0) : 0.5);
  const y = (v) => H - B - (H - T - B) * (y1 > y0 ? (v - y0) / (y1 - y0) : 0.5);
  const s = svg("svg", {viewBox: `0 0 ${W} ${H}`, role: "group", "aria-label": t("points") + ": " + data1.metric});
  const compact = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en",
    {notation: "compact", maximumSignificantDigits: 3});
  for (let k = 0; k <= 4; k++) {
    const v = y0 + (y1 - y0) * k / 4, text = svg("text", {x: L - 8, y: y(v) + 4, "text-anchor": "end"});
    text.textContent = compact.format(v);
    s.append(svg("line", {x1: L, x2: W - R, y1: y(v), y2: y(v), "class": "axis"}), text);
  }
  let lastX = -1e9;
  for (const p of points) {
    if (x(p.time) - lastX < 62) continue;
    lastX = x(p.time);
    const text = svg("text", {x: lastX, y: H - 10, "text-anchor": "middle"});
    text.textContent = p.period;
    s.append(text);
  }
  const scopes = [...new Set(points.map((p) => p.scope))];
  const hue = ["--count", "--money", "--percent", "--date", "--duration", "--measure", "--other"];
  scopes.forEach((scope, k) => {
    const mine = points.filter((p) => p.scope === scope), c = `var(${hue[k % hue.length]})`;
    const path = svg("path", {"class": "path", d: mine.map((p, j) => (j ? "L" : "M") + x(p.time) + " " + y(p.y)).join("")});
    path.style.stroke = c;
    s.append(path);
    for (const p of mine) {
      const g = figures[p.i], dot = svg("circle", {cx: x(p.time), cy: y(p.y), r: 5, "class": "dot",
        tabindex: 0, role: "button", "aria-label": [p.period, p.scope, data1.metric, valueText(g)].filter(Boolean).join(", ")});
      dot.style.fill = c;
      const title = svg("title");
      title.textContent = [p.period, p.scope, data1.metric, valueText(g)].filter(Boolean).join(" · ");
      dot.append(title);
      dot.onclick = () => choose(p.i, "plot");
      dot.onkeydown = (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(p.i, "plot"); } };
      s.append(dot);
    }
  });
  return s;
}

/* Words of the page in the language chosen */
function renderWords() {
  document.documentElement.lang = lang;
  $("title").textContent = t("title");
  document.title = t("title") + (docs.length === 1 ? " · " + docs[0].name : "");
  const notes = (data.notes || []).map(([k, v]) => `${label("readme", k)} ${v}`);
  $("summary").textContent = [t("summary")(docs.length, blocks.length, figures.length, entityCount), ...notes].join(" · ");
  $("summary").title = notes.join("\n");
  $("lang").textContent = lang === "zh" ? "English" : "中文";
  $("lang").lang = lang === "zh" ? "en" : "zh";
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = t(e.dataset.t);
  for (const e of document.querySelectorAll("[data-t-label]")) e.setAttribute("aria-label", t(e.dataset.tLabel));
  for (const e of document.querySelectorAll("[data-t-placeholder]")) e.placeholder = t(e.dataset.tPlaceholder);
  renderKinds();
  renderHead();
}

/* Hands on */
$("doc").append(...docs.map((d, i) => el("option", {value: String(i)}, `${d.name || d.source} (${d.figures})`)));
$("doc").onchange = () => showDoc(Number($("doc").value));
$("doc-prev").onclick = () => { if (doc > 0) showDoc(doc - 1); };
$("doc-next").onclick = () => { if (doc + 1 < docs.length) showDoc(doc + 1); };
$("lang").onclick = () => {
  lang = lang === "zh" ? "en" : "zh";
  renderWords();
  const keep = $("page").scrollTop;
  showDoc(doc);
  $("page").scrollTop = keep;
  const mark = markOf.get(current);
  if (mark) mark.classList.add("now");
  filter();
  renderDetail();
};
let typing;
$("query").oninput = () => { clearTimeout(typing); typing = setTimeout(() => { $("scroll").scrollTop = 0; filter(); }, 120); };
$("conflict-label").hidden = !figures.some((g) => g.conflict);
$("here").onchange = $("changes").onchange = $("conflicts").onchange = () => { $("scroll").scrollTop = 0; filter(); };
$("plot").ontoggle = $("metric").onchange = renderChart;
$("scroll").addEventListener("scroll", () => renderRows(false), {passive: true});
addEventListener("resize", () => renderRows(false));

$("text").addEventListener("click", (e) => {
  const mark = e.target.closest("mark");
  if (mark) choose(mark.figure, "text");
});
$("text").addEventListener("mouseover", (e) => tipFor(e.target));
$("text").addEventListener("mouseleave", hideTip);
$("text").addEventListener("focusin", (e) => tipFor(e.target));
$("text").addEventListener("focusout", hideTip);
$("page").addEventListener("scroll", hideTip, {passive: true});
/* In the text: arrows go from figure to figure, Enter chooses. */
$("page").addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const marks = [...markOf.values()], mark = e.target.closest("mark"), at = marks.indexOf(mark);
  let to = -1;
  if (e.key === "Escape") hideTip();
  else if ((e.key === "Enter" || e.key === " ") && mark) { e.preventDefault(); choose(mark.figure, "text"); }
  else if (e.key === "ArrowRight" || e.key === "n") to = at + 1;
  else if (e.key === "ArrowLeft" || e.key === "p") to = at < 0 ? 0 : at - 1;
  else if (e.key === "Home" && mark) to = 0;
  else if (e.key === "End" && mark) to = marks.length - 1;
  if (to >= 0 && to < marks.length) {
    e.preventDefault();
    for (const m of marks) if (m.tabIndex === 0) m.tabIndex = -1;
    marks[to].tabIndex = 0;
    marks[to].focus();
    marks[to].scrollIntoView({block: "nearest"});
  }
});
$("rows").addEventListener("click", (e) => {
  const tr = e.target.closest("tr.row");
  if (tr) choose(view[Number(tr.dataset.at)], "table");
});
/* In the table: up and down, a page, the ends; Enter chooses and stays. */
$("rows").addEventListener("keydown", (e) => {
  const tr = e.target.closest("tr.row");
  if (!tr || e.ctrlKey || e.altKey || e.metaKey) return;
  const at = Number(tr.dataset.at), page = Math.max(1, Math.floor($("scroll").clientHeight / ROW) - 2);
  const to = {ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0,
    End: view.length - 1}[e.key];
  if (to !== undefined) {
    e.preventDefault();
    const k = Math.max(0, Math.min(view.length - 1, to));
    scrollToRow(k);
    renderRows(true);
    const row = $("rows").querySelector(`tr[data-at="${k}"]`);
    if (row) row.focus({preventScroll: true});
  } else if (e.key === "Enter" || e.key === " ") {
    e.preventDefault();
    choose(view[at], "table");
    const row = $("rows").querySelector(`tr[data-at="${at}"]`);
    if (row) row.focus({preventScroll: true});
  }
});
function fromHash() {
  const row = decodeURIComponent(location.hash.slice(1));
  if (byRow.has(row) && byRow.get(row) !== current) choose(byRow.get(row), "link");
}
addEventListener("hashchange", fromHash);

renderWords();
if (docs.length) showDoc(0);
filter();
fromHash();
})();
