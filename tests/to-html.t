#!/usr/bin/env python3
"""to-html - the page: what is in it, and what a browser makes of it

The browser is Chromium over its debugging pipe, without network; its part is
skipped where there is none. SHOTS=DIR keeps pictures.
"""
# SPDX-License-Identifier: MIT
import base64
import csv
import hashlib
import io
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
SHOTS = os.environ.get("SHOTS")
TEMP = tempfile.mkdtemp()
number = failed = 0


def ok(passed, what, note=""):
    global number, failed
    number += 1
    failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", number, what), flush=True)
    if not passed:
        for line in str(note).splitlines()[:8]:
            print("# " + line[:1000])


def run(args, data=b"", tool="to-html"):
    return subprocess.run([BIN + "/" + tool] + args, input=data, capture_output=True, timeout=120)


def lines(records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode("utf-8", "surrogatepass")


EVIL = "</script><script>window.pwned=1</script><!-- <img src=x onerror='window.pwned=2'> \"'><svg onload=window.pwned=3> javascript:window.pwned=4"
TEXT = "2023年，全市营业收入2.68万亿元，比上年增长6.6%。2022年为2.51万亿元。"


def block(doc, n, text=TEXT, evil=""):
    figures = []
    for piece, kind, more in (("2023年", "date", {"iso": "2023"}),
                              ("2.68万亿元", "money", {"value": "2680000000000", "unit": "CNY", "period": "2023"}),
                              ("6.6%", "percent", {"value": "6.6", "unit": "%", "period": "2023",
                                                   "change": {"direction": "increase", "basis": "yoy"}}),
                              ("2.51万亿元", "money", {"value": "2510000000000", "unit": "CNY", "period": "2022"})):
        at = text.find(piece)
        if at >= 0:
            b = len(text[:at].encode()) + n * 1000
            f = {"text": piece, "start": at, "end": at + len(piece), "src": [b, b + len(piece.encode())],
                 "kind": kind, "rule": "figures.rules:" + kind + evil}
            if kind != "date":
                f.update(metric="营业收入" + evil, scope="全市" + evil)
            f.update(more)
            figures.append(f)
    at = text.find("全市")
    entities = [{"text": "全市", "start": at, "end": at + 2, "label": "LOC", "rule": "x:y" + evil}] if at >= 0 else []
    return {"id": "%s#%d" % (doc, n), "doc": doc, "source": doc + ".txt" + evil, "date": "2024-03-26",
            "kind": "paragraph", "text": text, "sentences": [[0, len(text)]], "src": [n * 1000, n * 1000 + 100],
            "figures": figures, "entities": entities, "speaker": "某某" + evil}


def parts(page):
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1]
    script = re.findall(r"<script>(.*?)</script>", page, re.S)
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    return json.loads(data), script, style


# The file
small = [block("甲", 1), block("甲", 2, "没有数字的一段。"), dict(block("甲", 3, "标题"), kind="heading", level=1), block("乙", 1)]
p = run(["--note", "command=a<b"], lines(small))
page = p.stdout.decode()
data, script, style = parts(page)
ok(p.returncode == 0 and len(data["blocks"]) == 4 and data["notes"] == [["command", "a<b"]], "the records are in the page")
policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]


def sha(s):
    return "'sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() + "'"


ok(len(script) == 1 and "script-src " + sha(script[0]) in policy and "style-src " + sha(style) in policy and
   "default-src 'none'" in policy and "unsafe" not in policy, "the policy names the page's own script and style only")
ok(not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", script[0]),
   "the script makes no markup of text")
ok(not re.search(r"https?://(?!www\.w3\.org/2000/svg)", page), "nothing is fetched from anywhere")
ids = [r["row_id"] for r in csv.DictReader(io.StringIO(run([], lines(small), "to-csv").stdout.decode()))]
ok([f["row"] for b in data["blocks"] for f in b["figures"]] == ids, "row ids are those of to-csv")
p = run([], lines([block("甲" + EVIL, 1, TEXT + EVIL, EVIL)]))
data, script, _ = parts(p.stdout.decode())
ok(p.stdout.decode().count("<script") == 2 and p.stdout.decode().count("</script") == 2 and
   data["blocks"][0]["text"] == TEXT + EVIL, "hostile text ends no element, and is whole")
p = run([], b'{"a":1}\n[1]\n"x"\n{"text":"t","figures":[{}],"entities":[1,{}]}\n{"text":"t","figures":3}\n')
data, _, _ = parts(p.stdout.decode())
ok(p.returncode == 0 and len(data["blocks"]) == 2 and list(data["blocks"][0]["figures"][0]) == ["row"],
   "records without text are left out, odd ones are not", data["blocks"])
p = run([])
ok(p.returncode == 0 and parts(p.stdout.decode())[0]["blocks"] == [], "no input: an empty page")
for args in (["--note", b"a=\xe4"], ["--lang=x"], ["--note", "x"]):
    p = run(args)
    ok(p.returncode == 2 and not p.stdout, " ".join(a if isinstance(a, str) else repr(a) for a in args) + " is refused")


# The browser

class Browser:
    """Chromium over --remote-debugging-pipe: JSON messages that end in NUL."""
    def __init__(self, path):
        to_browser, from_browser = os.pipe(), os.pipe()

        def wire():
            os.dup2(to_browser[0], 3)
            os.dup2(from_browser[1], 4)
        # dup2 within the child may meet its own ends, so these stand well above 4
        high = [os.dup2(fd, 50 + k) for k, fd in enumerate(to_browser + from_browser)]
        for fd in to_browser + from_browser:
            os.close(fd)
        to_browser, from_browser = high[:2], high[2:]
        for fd in high:
            os.set_inheritable(fd, True)
        self.process = subprocess.Popen(
            [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
             "--user-data-dir=" + TEMP + "/chromium", "--remote-debugging-pipe", "--lang=zh-CN", "about:blank"],
            preexec_fn=wire, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser[0])
        os.close(from_browser[1])
        self.out, self.inn, self.buffer, self.last, self.events = to_browser[1], from_browser[0], b"", 0, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=1, mobile=False)

    session = None

    def receive(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            if not select.select([self.inn], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            got = os.read(self.inn, 1 << 20)
            if not got:
                raise EOFError("the browser has gone")
            self.buffer += got
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.last += 1
        message = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            m = self.receive(60)
            if m.get("id") == self.last:
                if "error" in m:
                    raise RuntimeError(m["error"])
                return m["result"]
            self.events.append(m)

    def open(self, path):
        self.events = []
        self.call("Page.navigate", url="about:blank")
        began = time.monotonic()
        self.call("Page.navigate", url="file://" + path)
        while self.js("document.readyState") != "complete" or not self.js("location.href.startsWith('file:')"):
            time.sleep(0.02)
        self.js("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
        return time.monotonic() - began

    def js(self, code):
        r = self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(json.dumps(r["exceptionDetails"], ensure_ascii=False)[:500])
        return r["result"].get("value")

    def key(self, key, code=None):
        text = {"Enter": "\r"}.get(key, "")
        codes = {"Enter": 13, "ArrowDown": 40, "ArrowRight": 39, "End": 35, "Home": 36, "Tab": 9, "Escape": 27}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text if kind == "keyDown" else "",
                      windowsVirtualKeyCode=codes.get(key, 0))
        self.js("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def click(self, selector, kind="click"):
        x, y = self.js("(() => { const r = document.querySelector(%s).getClientRects()[0];"
                       "return [r.x + Math.min(r.width / 2, 12), r.y + r.height / 2]; })()" % json.dumps(selector))
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        if kind == "click":
            for t in ("mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=t, x=x, y=y, button="left", clickCount=1)
        self.js("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def trouble(self):
        """Errors of the script and of the policy, dialogs, requests beyond the page itself."""
        out = []
        for e in self.events:
            m, q = e.get("method"), e.get("params", {})
            if m in ("Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
                out.append(json.dumps(q, ensure_ascii=False)[:400])
            elif m == "Log.entryAdded" and q["entry"]["level"] == "error":
                out.append(q["entry"]["text"])
            elif m == "Network.requestWillBeSent" and not q["request"]["url"].startswith(("file:", "about:")):
                out.append(q["request"]["url"][:200])
        return out

    def shot(self, name):
        if SHOTS:
            with open(os.path.join(SHOTS, name + ".png"), "wb") as f:
                f.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (EOFError, OSError, TimeoutError):
            pass
        self.process.wait(20)


def browser_tests(b):
    path = TEMP + "/page.html"

    def page_of(records, *args):
        p = run(list(args) + ["-o", path], lines(records))
        assert p.returncode == 0, p.stderr
        return b.open(path)

    page_of(small, "--lang", "zh", "--note", "command=" + "long " * 200)
    ok(b.js("document.documentElement.scrollWidth <= innerWidth"), "it is as wide as the window")
    ok(not b.trouble(), "it opens from file: without an error or a request", b.trouble())
    ok(b.js("document.querySelectorAll('#text .block').length") == 3 and
       b.js("[...document.querySelectorAll('mark')].map(m => m.textContent)") ==
       ["2023年", "2.68万亿元", "6.6%", "2.51万亿元"] and b.js("document.querySelector('.block').textContent").endswith(TEXT),
       "the first document: its blocks and figures")
    ok(b.js("document.querySelector('.ent').textContent") == "全市" and b.js("document.querySelector('h2.block') !== null"),
       "entities and headings")
    b.click("mark:nth-of-type(2)", "move")
    tip = b.js("document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent")
    ok("2.68万亿元" in tip and "figures.rules:money" in tip and "1028" in tip, "a hover tells value, rule and bytes", tip)
    b.click("mark:nth-of-type(2)")
    ok(b.js("document.querySelector('tr.now td.fig').textContent") == "2.68万亿元" and
       b.js("location.hash") == "#" + ids[1], "a click in the text leads to its row")
    detail = b.js("document.getElementById('detail').textContent")
    ok(all(x in detail for x in ("2680000000000", "CNY", "营业收入", "全市", "2023", "figures.rules:money",
                                 "tail -c +1029", ids[1])), "the details are all there", detail)
    b.shot("text")
    b.click("tr.row:nth-of-type(7)")
    ok(b.js("document.querySelector('mark.now').textContent") == "2.68万亿元" and b.js("document.getElementById('doc').value") == "1"
       and b.js("(() => { const r = document.querySelector('mark.now').getBoundingClientRect();"
                "return r.top > 50 && r.bottom < innerHeight; })()"), "a click on a row leads to its passage, in another document")
    b.js("document.getElementById('query').value = '2.51'; document.getElementById('query').oninput();"
         "new Promise(r => setTimeout(r, 250))")
    ok(b.js("document.querySelectorAll('tr.row').length") == 2 and "2 / 8" in b.js("document.getElementById('count').textContent"),
       "the search narrows the table")
    b.js("document.getElementById('query').value = ''; document.getElementById('query').oninput(); new Promise(r => setTimeout(r, 250))")
    b.click("#kinds button:nth-of-type(1)")
    ok(b.js("document.querySelectorAll('tr.row').length") == 4, "a kind can be switched off")
    b.click("#kinds button:nth-of-type(1)")
    b.click("th:nth-of-type(3) button")
    ok(b.js("document.querySelector('th[aria-sort=descending]') !== null") and
       b.js("document.querySelector('tr.row td.fig').textContent") == "2.68万亿元", "the table sorts by value")
    b.click("th:nth-of-type(3) button")
    b.click("th:nth-of-type(3) button")
    b.js("document.getElementById('plot').open = true; new Promise(r => setTimeout(r, 100))")
    ok(b.js("document.querySelectorAll('#chart rect').length") == 3 and
       b.js("document.querySelectorAll('#metric option').length") == 2, "a plot of kinds; a metric over periods is on offer")
    b.js("(() => { const m = document.getElementById('metric'); m.value = m.options[1].value; m.onchange(); })()")
    ok(b.js("document.querySelectorAll('#chart circle').length") == 4 and
       b.js("document.querySelector('#chart circle').getAttribute('aria-label')").startswith("2022"), "and is drawn")
    b.shot("plot")
    b.js("document.getElementById('plot').open = false")
    b.click("#lang")
    ok(b.js("document.documentElement.lang") == "en" and b.js("document.querySelector('th button').textContent") == "Kind" and
       b.js("document.getElementById('query').placeholder").startswith("Search"), "in English, too")
    ok(not b.trouble(), "no error on the way", b.trouble())

    odds = block("丙", 1)
    odds["figures"][1]["conflict"] = {"with": "甲#1@14", "value": "2690000000000"}
    page_of(small + [odds], "--lang", "zh")
    ok(not b.js("document.getElementById('conflict-label').hidden"), "figures in conflict can be asked for")
    b.click("#conflicts")
    b.click("tr.row")
    ok(b.js("document.querySelectorAll('tr.row').length") == 1 and b.js("document.querySelectorAll('tr.odds').length") == 1 and
       "2690000000000 · 甲#1@14" in b.js("document.getElementById('detail').textContent") and
       b.js("document.querySelector('mark.odds.now').textContent") == "2.68万亿元", "and are shown with what they contradict")

    # By keyboard, and for a screen reader
    page_of(small, "--lang", "zh")
    b.js("document.getElementById('page').focus()")
    b.key("ArrowRight")
    b.key("ArrowRight")
    ok(b.js("document.activeElement.tagName + document.activeElement.textContent") == "MARK2.68万亿元" and
       not b.js("document.getElementById('tip').hidden"), "arrows go from figure to figure, and tell of each")
    b.key("Enter")
    ok(b.js("document.querySelector('tr.now td.fig').textContent") == "2.68万亿元" and
       b.js("document.activeElement.tagName") == "MARK", "Enter chooses it")
    b.js("document.querySelector('tr.row[tabindex=\"0\"]').focus()")
    b.key("ArrowDown")
    b.key("Enter")
    ok(b.js("document.querySelector('mark.now').textContent") == "6.6%" and b.js("document.activeElement.tagName") == "TR",
       "the table has its arrows and Enter")
    b.key("End")
    ok(b.js("document.activeElement.getAttribute('aria-rowindex')") == "9", "and End")
    nameless = b.js("[...document.querySelectorAll('button, select, input, mark, [role]')].filter(e =>"
                    "e.getAttribute('role') !== 'gridcell' && !(e.textContent.trim() || e.getAttribute('aria-label') || e.closest('label') || e.hidden)).map(e => e.outerHTML.slice(0, 90))")
    ok(not nameless, "whatever can be used has a name", nameless)
    tree = b.call("Accessibility.getFullAXTree")["nodes"]
    roles = [(n.get("role", {}).get("value"), n.get("name", {}).get("value")) for n in tree if not n.get("ignored")]
    ok(("grid", "数字") in roles and ("searchbox", "搜索数字、指标、范围、规则、行编号…") in roles and
       any(r == "button" and n and n.startswith("2.68万亿元, 金额, 2.68万亿元, 营业收入") for r, n in roles) and
       ("heading", "标题") in roles, "a screen reader is told of grid, search, figures, headings", roles[:40])
    ok(b.js("[...document.querySelectorAll('mark')].filter(m => m.tabIndex === 0).length") == 1 and
       b.js("[...document.querySelectorAll('tr.row')].filter(m => m.tabIndex === 0).length") == 1,
       "Tab stops once in the text and once in the table")

    # Hostile text
    page_of([block("甲" + EVIL, 1, TEXT + EVIL, EVIL), block("\u202e" + EVIL, 1, TEXT + EVIL + "\U0001f600", EVIL)], "--note", EVIL + "=" + EVIL)
    for k in (1, 2, 3, 4):
        b.js("document.querySelectorAll('tr.row')[%d].click()" % (k % 4))
    b.js("document.getElementById('plot').open = true; new Promise(r => setTimeout(r, 100))")
    b.js("(() => { const m = document.getElementById('metric'); if (m.options.length > 1) { m.value = m.options[1].value; m.onchange(); } })()")
    ok(b.js("window.pwned === undefined") and b.js("document.querySelectorAll('img, iframe, #text svg, #detail svg').length") == 0 and
       b.js("document.scripts.length") == 2 and not b.trouble() and
       b.js("document.querySelector('.block').textContent").endswith(EVIL), "a hostile page can run nothing", b.trouble())
    weird = dict(block("甲", 1), kind="__proto__ x\" onclick=\"1", level="9")
    weird["figures"] = [{}, {"start": 3, "end": 1, "kind": "constructor"}, {"start": 0, "end": 10**9, "text": 5, "kind": ["a"]},
                        {"start": 0, "end": 2, "kind": "__proto__", "change": 7, "src": 3, "unit": {"a": 1}}]
    weird["entities"] = [{}, {"start": -1, "end": 2}, {"start": 0, "end": 4, "label": None}]
    page_of([weird, {"text": "没有别的"}])
    b.js("document.querySelectorAll('tr.row').forEach(r => 0); for (let k = 0; k < 4; k++) document.querySelectorAll('tr.row')[k].click()")
    ok(not b.trouble() and b.js("document.querySelectorAll('tr.row').length") == 4, "odd records break nothing", b.trouble())

    # Size
    big = [block("大", n) for n in range(5000)]
    seconds = page_of(big, "--lang", "zh")
    ok(seconds < 20 and b.js("document.querySelectorAll('tr.row').length") < 120 and
       "20000" in b.js("document.getElementById('summary').textContent"), "20,000 figures open (%.1f s)" % seconds)
    began = time.monotonic()
    b.js("document.getElementById('scroll').scrollTop = 15000 * 32; new Promise(r => setTimeout(r, 50))")
    rows = b.js("[...document.querySelectorAll('tr.row')].map(r => Number(r.getAttribute('aria-rowindex')))")
    b.js("document.querySelectorAll('tr.row')[20].click(); new Promise(r => setTimeout(r, 200))")
    ok(rows[0] < 15002 < rows[-1] and b.js("document.querySelector('mark.now') !== null") and
       b.js("(() => { const r = document.querySelector('mark.now').getBoundingClientRect();"
            "return r.top > 50 && r.bottom < innerHeight; })()"),
       "row 15,000 is reached, and its passage shown (%.1f s)" % (time.monotonic() - began))
    b.shot("big")
    last = json.loads(re.search(r'id="data">(.*?)</script>', open(path, encoding="utf-8").read(), re.S)[1])["blocks"][-1]["figures"][-1]["row"]
    b.call("Page.navigate", url="file://" + path + "#" + last)
    shown = "document.querySelector('mark.now') && document.querySelector('mark.now').id"
    for _ in range(100):
        if b.js(shown) == last:
            break
        time.sleep(0.1)
    ok(b.js(shown) == last, "an address leads to its figure")
    ok(not b.trouble(), "no error on the way", b.trouble())


chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
browser = None
why = "no Chromium here"
if chromium:
    try:
        browser = Browser(chromium)
    except (OSError, EOFError, TimeoutError, RuntimeError) as e:
        why = "Chromium does not start here: %s" % e
if browser:
    try:
        browser_tests(browser)
    finally:
        browser.close()
else:
    number += 1
    print("ok %d - the page in a browser # SKIP %s" % (number, why))

shutil.rmtree(TEMP, ignore_errors=True)
print("1..%d" % number)
sys.exit(failed > 0)
