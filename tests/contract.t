#!/usr/bin/env python3
"""contract - what every filter promises (PIPELINE.md), asked of each in turn"""
# SPDX-License-Identifier: MIT
import json
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
TEMP = tempfile.mkdtemp()
number = failed = 0

# What makes the filter read records, and whether it writes records.
FILTERS = {
    "normalize": (["--jsonl"], True),
    "segment": ([], True),
    "extract-figures": ([], True),
    "extract-entities": ([], True),
    "dedupe": ([], True),
    "to-csv": (["--rows=segments"], False),
    "to-html": ([], False),
    "to-xlsx": ([], False),
}

# Fields and records that are nobody's: they leave as they came.
STRANGE = (
    b'"n":12345678901234567890', b'"d":0.10', b'"e":1e400', b'"neg":-0.0', b'"esc":"\\u4e2d\\/"',
    b'"nul":"a\\u0000b"', b'"lone":"\\ud800"', b'"dup":1,"dup":2', b'"sp" : [ 1 , {"x":  null} ]',
    '"键":"值\u2028"'.encode(), b'"\\u0041":true',
)
RIDER = b"{" + b",".join(STRANGE) + b"}"
UNKNOWN = [RIDER, b"[1, 2.50]", b'"text"', b"null", b"1e400", b"{}", b'{ "z" : 0 }']
TEXT = "2024年1月，全市规模以上工业营业收入2.68万亿元，同比增长6.6%，蓝庆华说。"
SEGMENT = json.dumps({"id": "a#1", "doc": "a", "source": "a.txt", "date": "2024-03-07",
                      "kind": "paragraph", "text": TEXT, "sentences": [[0, len(TEXT)]],
                      "src": [0, len(TEXT.encode())]}, ensure_ascii=False).encode()
DOCUMENT = json.dumps({"id": "a", "source": "a.txt", "date": "2024-03-07", "text": TEXT},
                      ensure_ascii=False).encode()
GOOD = {"normalize": DOCUMENT, "segment": DOCUMENT}


def good(tool):
    return GOOD.get(tool, SEGMENT)


def ok(passed, what, note=""):
    global number, failed
    number += 1
    failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", number, what))
    if not passed:
        for line in str(note).splitlines()[:6]:
            print("# " + line[:1500])


def run(tool, data=b"", more=(), **kw):
    base = FILTERS[tool][0]
    kw.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([BIN + "/" + tool] + base + list(more), input=data,
                          stderr=subprocess.PIPE, timeout=120, **kw)


def path(name, data=None):
    p = os.path.join(TEMP, name)
    if data is not None:
        with open(p, "wb") as f:
            f.write(data)
    return p


def lines(b):
    return b.split(b"\n")[:-1]


def passes(tool):
    """unknown records and fields, byte for byte"""
    r = run(tool, b"\n".join(UNKNOWN) + b"\n")
    ok(r.returncode == 0 and lines(r.stdout) == UNKNOWN, tool + ": unknown records pass as they are",
       r.stderr + r.stdout)
    rider = good(tool)[:-1] + b"," + RIDER[1:]
    r = run(tool, rider + b"\n")
    seen = r.stdout.replace(b'"sp":', b'"sp" : ')  # blanks between key and value may go
    lost = [s for s in STRANGE for out in lines(seen) if s not in out]
    ok(r.returncode == 0 and r.stdout and not lost, tool + ": unknown fields pass as they are",
       (lost, r.stdout))
    once = run(tool, b"".join(x + b"\n" for x in [rider] + UNKNOWN + [good(tool)])).stdout
    twice = run(tool, once).stdout
    ok(once == twice and once, tool + ": run over its own output gives the same", once + b"\n" + twice)


def line_ends(tool):
    g = good(tool)
    want = run(tool, g + b"\n" + g + b"\n").stdout
    for name, data in (
            ("CRLF", g + b"\r\n" + g + b"\r\n"), ("byte order mark", b"\xef\xbb\xbf" + g + b"\n" + g),
            ("blank lines", b"\n  \n" + g + b"\n\t\n\r\n" + g + b"\n\n"),
            ("trailing TAB", g + b"\t\n" + g + b"\t\r\n"), ("no last LF", g + b"\n" + g)):
        r = run(tool, data)
        ok(r.returncode == 0 and r.stdout == want and not r.stderr, "%s: %s" % (tool, name),
           r.stderr + r.stdout)
    r = run(tool, g + b"\nKEY\t" + g + b"\n", ["--strip-key"])
    ok(r.returncode == 0 and r.stdout == want, tool + ": --strip-key", r.stderr + r.stdout)


def bad_lines(tool):
    g, bad = good(tool), b'{"text":"\xff"}'
    want = run(tool, g + b"\n" + g + b"\n").stdout
    first = run(tool, g + b"\n").stdout
    name = path("bad.jsonl", g + b"\n" + bad + b"\n" + g + b"\n")
    where = ("%s: %s:2: " % (tool, name)).encode()
    r = run(tool, more=[name])
    ok(r.returncode == 1 and r.stdout == want and r.stderr.startswith(where) and
       b"UTF-8" in r.stderr, tool + ": a bad line is reported and dropped", r.stderr + r.stdout)
    ok(r.stderr.count(b"\n") == 2, tool + ": a summary at the end", r.stderr)
    r = run(tool, more=["--on-error=fail", name])
    ok(r.returncode == 1 and r.stdout == first and r.stderr.startswith(where),
       tool + ": --on-error=fail", r.stderr + r.stdout)
    r = run(tool, more=["--on-error=skip", name])
    ok(r.returncode == 0 and r.stdout == want and r.stderr.count(b"\n") == 1,
       tool + ": --on-error=skip", r.stderr + r.stdout)
    r = run(tool, more=["--on-error=pass", name])
    ok(r.returncode == 0 and (not FILTERS[tool][1] or lines(r.stdout).count(bad) == 1),
       tool + ": --on-error=pass", r.stderr + r.stdout)
    r = run(tool, more=["-q", name])
    ok(r.returncode == 1 and not r.stderr and r.stdout == want, tool + ": -q", r.stderr)
    rej = path("rejects.jsonl")
    r = run(tool, more=["--on-error=skip", "--rejects", rej, name, path("cut.jsonl", g + b"\n[1,2")])
    rows = [json.loads(x) for x in open(rej, "rb")]
    ok(len(rows) == 2 and rows[0]["file"] == name and rows[0]["line"] == 2 and
       rows[0]["tool"] == tool and "raw_base64" in rows[0] and rows[1]["raw"] == "[1,2" and
       rows[1]["line"] == 2 and "cut" in rows[1]["reason"], tool + ": --rejects", rows)
    twenty = path("twenty.jsonl", (g + b"\n") * 18 + b"x\ny\n")
    status = [run(tool, more=["--on-error=skip", "--max-errors=" + m, twenty]).returncode
              for m in ("1", "2", "9%", "10%", "0")]
    ok(status == [1, 0, 1, 0, 1], tool + ": --max-errors", status)
    r = run(tool, g + b"\n" + b'{"long":"' + b"x" * 300000 + b'"}\n' + g + b"\n",
            ["--max-line=100000"])
    ok(r.returncode == 1 and r.stdout == want and b":2: line longer than 100000" in r.stderr,
       tool + ": --max-line", r.stderr)


def output(tool):
    g = good(tool)
    name = path("two.jsonl", g + b"\n" + g + b"\n")
    want = run(tool, more=[name]).stdout
    many = path("many.jsonl", (g + b"\n") * 3000)
    for size, f in (("small", name), ("large", many)):
        with open("/dev/full", "wb") as full:
            r = run(tool, more=[f], stdout=full)
        ok(r.returncode == 4 and b"No space left" in r.stderr,
           "%s: /dev/full, %s output" % (tool, size), (r.returncode, r.stderr))
    r = run(tool, more=["-o", "/dev/full", name])
    ok(r.returncode == 4, tool + ": -o /dev/full", r.stderr)
    out = path("out")
    r = run(tool, more=["-o", out, name])
    ok(r.returncode == 0 and open(out, "rb").read() == want and not r.stdout, tool + ": -o", r.stderr)
    ok(os.stat(out).st_mode & 0o777 == 0o666 & ~umask(), tool + ": -o keeps to the umask")
    with open(out, "wb") as f:
        f.write(b"old\n")
    r = run(tool, b"broken\n", ["-o", out, "--on-error=fail", "-"])
    ok(r.returncode == 1 and open(out, "rb").read() == b"old\n" and hidden() == [],
       tool + ": a failed run leaves the old -o file and no other", hidden())
    r = run(tool, b"", ["-o", path("nowhere") + "/x", "-"])
    ok(r.returncode == 4, tool + ": -o into no directory", r.stderr)
    os.mkdir(path("dir")) if not os.path.isdir(path("dir")) else None
    r = run(tool, more=[path("vanished"), name, path("dir")])
    ok(r.returncode == 4 and r.stdout == want and r.stderr.count(b"cannot read") == 2,
       tool + ": vanished file and directory, the rest unharmed", r.stderr)
    p = shell(tool, "%s <&-", name)
    ok(p.returncode == 4 and b"cannot read <stdin>" in p.stderr, tool + ": closed standard input",
       p.stderr)
    p = shell(tool, "%s $F >&-", name)
    ok(p.returncode == 4 and b"cannot write <stdout>" in p.stderr, tool + ": closed standard output",
       p.stderr)
    p = shell(tool, "%s $F 2>&-", name)
    ok(p.returncode == 0 and p.stdout == want, tool + ": closed standard error", p.stderr)
    p = shell(tool, "%s < .", name)
    ok(p.returncode == 4 and b"cannot read <stdin>" in p.stderr,
       tool + ": standard input is a directory", p.stderr)
    for how, action in (("", signal.SIG_DFL), (", SIGPIPE ignored", signal.SIG_IGN)):
        nobody, end = os.pipe()
        os.close(nobody)
        r = run(tool, more=[name], stdout=end, preexec_fn=lambda: signal.signal(signal.SIGPIPE, action))
        os.close(end)
        ok(r.returncode == -signal.SIGPIPE and not r.stderr,
           "%s: dies quietly where nobody reads%s" % (tool, how), (r.returncode, r.stderr))
    read_only(tool, name)


def read_only(tool, name):
    """a directory that nothing can be written into, not by root either"""
    ro = path("read-only-" + tool)
    os.mkdir(ro)
    with open(ro + "/old", "wb") as f:
        f.write(b"old\n")
    os.chmod(ro, 0o555)
    strip = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all"] if os.geteuid() == 0 else []
    for out in ("new", "old"):
        r = subprocess.run(strip + [BIN + "/" + tool] + FILTERS[tool][0] + ["-o", ro + "/" + out, name],
                           capture_output=True)
        ok(r.returncode == 4 and not r.stdout and b"cannot write" in r.stderr and
           b"Permission denied" in r.stderr and os.listdir(ro) == ["old"] and
           open(ro + "/old", "rb").read() == b"old\n",
           "%s: -o %s in a read-only directory" % (tool, out), (r.returncode, r.stderr))
    os.chmod(ro, 0o755)


def umask():
    m = os.umask(0)
    os.umask(m)
    return m


def hidden():
    return [f for f in os.listdir(TEMP) if f.startswith(".")]


def shell(tool, script, name, sh="sh"):
    command = " ".join([BIN + "/" + tool] + FILTERS[tool][0])
    return subprocess.run([sh, "-c", script.replace("%s", command)], capture_output=True, timeout=60,
                          env=dict(os.environ, F=name), stdin=subprocess.DEVNULL)


def killed(tool):
    """a signal leaves no half file"""
    for sig in (signal.SIGTERM, signal.SIGKILL):
        out = path("killed")
        p = subprocess.Popen([BIN + "/" + tool] + FILTERS[tool][0] + ["-o", out, "-"],
                             stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            p.stdin.write((good(tool) + b"\n") * 500)
            p.stdin.flush()
        except BrokenPipeError:
            pass
        p.send_signal(sig)
        p.communicate()
        left = hidden()
        ok(p.returncode == -sig and not os.path.exists(out) and (sig == signal.SIGKILL or not left),
           "%s: %s during -o leaves no file" % (tool, sig.name), (p.returncode, left))
        for f in left:
            os.remove(path(f))


def surroundings(tool):
    g = good(tool)
    name = path("two.jsonl", g + b"\n" + g + b"\n")
    want = run(tool, more=[name]).stdout
    r = run(tool, more=[name], env={})
    ok(r.returncode == 0 and r.stdout == want and not r.stderr, tool + ": empty environment",
       r.stderr)
    r = run(tool, more=[name], env={"LANG": "C", "LC_ALL": "C", "HOME": "/nonexistent"})
    ok(r.returncode == 0 and r.stdout == want, tool + ": LANG=C", r.stderr)
    r = run(tool, more=[name], cwd="/")
    ok(r.returncode == 0 and r.stdout == want, tool + ": another directory", r.stderr)
    link = path("link-" + tool)
    os.symlink(BIN + "/" + tool, link)
    r = subprocess.run([link] + FILTERS[tool][0] + [name], capture_output=True)
    ok(r.returncode == 0 and r.stdout == want, tool + ": run through a symbolic link", r.stderr)
    if os.environ.get("SANITIZE"):
        return  # the sanitizers' own memory is beyond these limits
    r = run(tool, more=[name], preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_AS, (256 << 20, 256 << 20)))
    ok(r.returncode == 0 and r.stdout == want, tool + ": 256 MB of address space", r.stderr)
    kib = 192 if tool == "to-xlsx" else 64  # what writes ZIP has 64 KiB of its own there
    r = run(tool, more=[name], preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_STACK, (kib << 10, kib << 10)))
    ok(r.returncode == 0 and r.stdout == want, "%s: %d KiB of stack" % (tool, kib), r.stderr)


def command_line(tool):
    r = run(tool)
    ok(r.returncode == 0 and not r.stderr, tool + ": empty input", r.stderr)
    for option in ("--help", "-h"):
        r = run(tool, more=[option])
        ok(r.returncode == 0 and tool.encode() in r.stdout and b"--on-error" in r.stdout and
           not r.stderr, "%s: %s" % (tool, option), r.stderr)
    lists = ["--check", "--list-rules"] if b"--list-rules" in r.stdout else []
    for option in ["--help", "--version"] + lists:
        with open("/dev/full", "wb") as full:
            q = run(tool, more=[option], stdout=full)
        ok(q.returncode == 4 and q.stderr.count(b"No space left") == 1,
           "%s: %s to a full disk" % (tool, option), (q.returncode, q.stderr))
    first = r.stdout.split(b"\n")[0:3]
    ok(any(re.search(tool.encode() + b".*", x) for x in first), tool + ": help begins with examples",
       first)
    r = run(tool, more=["--version"])
    ok(r.returncode == 0 and re.match((tool + r" \(hansieve\) \d+\.\d+\.\d+\n").encode(), r.stdout),
       tool + ": --version", r.stdout + r.stderr)
    r = run(tool, more=["--onerror=skip"])
    ok(r.returncode == 2 and b"did you mean --on-error?" in r.stderr and not r.stdout,
       tool + ": did you mean", r.stderr)
    for words in (["--nosuch"], ["--on-error=no"], ["--max-errors=x"], ["--max-line=0"], ["-o"],
                  ["--quiet=1"], ["-J"]):
        r = run(tool, more=words)
        ok(r.returncode == 2 and r.stderr.startswith(tool.encode() + b": ") and not r.stdout,
           "%s: %s is a usage error" % (tool, " ".join(words)), (r.returncode, r.stderr))


def terminal(tool):
    """nobody waits for ever at a terminal"""
    import pty
    try:
        master, slave = pty.openpty()
    except OSError:
        return  # a bare chroot has none
    p = subprocess.run([BIN + "/" + tool] + FILTERS[tool][0], stdin=slave, capture_output=True,
                       timeout=20)
    ok(p.returncode == 2 and b"--help" in p.stderr and not p.stdout,
       tool + ": help where standard input is a terminal", (p.returncode, p.stderr))
    out_master, out_slave = pty.openpty()
    p = subprocess.Popen([BIN + "/" + tool] + FILTERS[tool][0], stdin=subprocess.PIPE,
                         stdout=out_slave, stderr=subprocess.PIPE)
    p.stdin.write(UNKNOWN[0] + b"\n" + good(tool) + b"\n")
    p.stdin.flush()
    ok(b"text" in wait_for(out_master, b"text"), tool + ": answers at once on a terminal")
    p.stdin.close()
    while p.poll() is None:  # a page has an end that must be read
        if select.select([out_master], [], [], 0.1)[0]:
            os.read(out_master, 65536)
    for fd in (master, slave, out_master, out_slave):
        os.close(fd)


def wait_for(fd, what):
    got = b""
    while what not in got and select.select([fd], [], [], 10)[0]:
        more = os.read(fd, 65536)
        if not more:
            break
        got += more
    return got


def flow(tool):
    p = subprocess.Popen([BIN + "/" + tool] + FILTERS[tool][0] + ["--line-buffered"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    p.stdin.write(good(tool) + b"\n")
    p.stdin.flush()
    ok(b"text" in wait_for(p.stdout.fileno(), b"text"),
       tool + ": --line-buffered answers each line at once")
    p.stdin.close()
    p.stdout.read()
    p.wait()
    if FILTERS[tool][1]:
        r = run(tool, good(tool) + b"\n", ["--ascii"])
        plain = run(tool, good(tool) + b"\n").stdout
        ok(all(c < 128 for c in r.stdout) and
           [json.loads(x) for x in lines(r.stdout)] == [json.loads(x) for x in lines(plain)],
           tool + ": --ascii", r.stdout)
        r = run(tool, good(tool) + b"\n", ["--trailer"])
        last = json.loads(lines(r.stdout)[-1])
        ok(last["end"]["tool"] == tool and last["end"]["bad"] == 0 and
           last["end"]["records"] == len(lines(r.stdout)) - 1, tool + ": --trailer", r.stdout)
    r = run(tool, good(tool) + b"\n", ["--progress=hadoop"])
    ok(r.returncode == 0 and b"reporter:status:" in r.stderr and b"reporter:counter:" in r.stderr,
       tool + ": --progress=hadoop", r.stderr)


def main():
    for tool in FILTERS:
        if not os.access(BIN + "/" + tool, os.X_OK):
            ok(False, tool + ": is not built")
            continue
        if FILTERS[tool][1]:
            passes(tool)
        for part in (line_ends, bad_lines, output, killed, surroundings, command_line, terminal,
                     flow):
            if tool != "to-xlsx" or part not in (terminal, flow):  # a workbook comes at the end
                part(tool)
    print("1..%d" % number)
    shutil.rmtree(TEMP)
    sys.exit(failed != 0)


main()
