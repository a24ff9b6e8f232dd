"""Errors of system calls, injected by strace into a running site or a command, and the truth of what it answered.

For each write (a note, a note with a picture, a change of a note, the settings, a token), each system call, each error and each n, the n-th
such call of every thread fails during one request. The answer is then compared with what a crash at that moment would leave: the database's
files are copied without the shared memory, and opened by another process, which recovers the log. Commands (backup, import) run under
strace from their start; errors are limited to the files of the site."""
import http.client, json, random, re, shutil, sqlite3, struct, subprocess, sys, tempfile, time, urllib.parse, zipfile, zlib
from collections import Counter
from hashlib import sha256
from pathlib import Path
from servers import HERE, TOKEN

# SQLite writes by pwrite64. By write, the JVM writes pictures, and also wakes its event loops: an error of that is none of a disk. So this
# call fails in the threads alone that work on pictures and files.
ONLY_PICTURES = "write"
FILE_THREADS = ("starpunk-media", "vert.x-worker", "vert.x-internal")
CALLS = ["openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate"]
ERRORS = ["ENOSPC", "EIO", "EROFS", "EMFILE"]
SESSION = "a-session-of-the-benchmark-and-nothing-else"
MOST = 8


def png():
    """A picture of 64 by 64 points, the same in each run."""
    noise = random.Random(1)
    rows = b"".join(b"\0" + noise.randbytes(64 * 3) for _ in range(64))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Strace:
    """Traces a process while one request runs; whether an error was injected is read from its log."""

    def __init__(self, pid, call, error, number):
        self.log = Path(tempfile.mkstemp(prefix="strace-")[1])
        self.tasks = [task for task in Path(f"/proc/{pid}/task").iterdir()
                      if call != ONLY_PICTURES or (task / "comm").read_text().startswith(FILE_THREADS)]
        whom = ["-f", "-p", str(pid)] if call != ONLY_PICTURES else [part for task in self.tasks for part in ("-p", task.name)]
        self.process = subprocess.Popen(["strace", "-qq", "-o", self.log, "-e", f"trace={call}", "-e", "signal=none", "-e",
                                         f"inject={call}:error={error}:when={number}", *whom], stderr=subprocess.DEVNULL)

    def __enter__(self):
        end = time.monotonic() + 10
        while not self.attached():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("strace cannot trace the server: it needs the right to (kernel.yama.ptrace_scope)")
            time.sleep(0.01)
        return self

    def attached(self):
        for task in self.tasks:
            try:
                if "TracerPid:\t0" in (task / "status").read_text():
                    return False
            except OSError:
                continue
        return True

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.injected = self.log.read_text(errors="replace").count("(INJECTED)")
        self.log.unlink()


class Site:
    """The running site, as its author and an app write to it."""

    def __init__(self, server):
        self.server, self.number, self.picture, self.reference = server, 0, png(), None

    def prepare(self):
        with sqlite3.connect(self.server.data / "starpunk.db") as database:
            now = int(time.time() * 1000)
            database.execute("INSERT INTO sessions (secret_hash, created, seen, expires, user_agent) VALUES (?, ?, ?, ?, '')",
                             [sha256(SESSION.encode()).hexdigest(), now, now, now + 86_400_000])
            database.execute("UPDATE tokens SET scopes = 'create update delete media', last_used = ?", [now])
        database.close()

    def request(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=12)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location") or "", answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, "", ""
        finally:
            connection.close()

    def app(self, note):
        return self.request("POST", "/micropub", json.dumps(note),
                            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})

    def form(self, page, path, **fields):
        headers = {"Cookie": f"starpunk={SESSION}"}
        token = re.search('name="csrf" value="([^"]+)"', self.request("GET", page, None, headers)[2])
        body = urllib.parse.urlencode([("csrf", token[1] if token else ""), *fields.items()])
        headers |= {"Accept": "application/json", "Origin": f"http://127.0.0.1:{self.server.port}",
                    "Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, body, headers)

    def note(self, text):
        return self.app({"type": ["h-entry"], "properties": {"content": [text]}})

    def photo(self, text):
        parts = [("Content-Disposition: form-data; name=\"h\"", b"entry"),
                 ("Content-Disposition: form-data; name=\"content\"", text.encode()),
                 ("Content-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\nContent-Type: image/png", self.picture)]
        body = b"".join(b"--x\r\n" + head.encode() + b"\r\n\r\n" + part + b"\r\n" for head, part in parts) + b"--x--\r\n"
        return self.request("POST", "/micropub", body,
                            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "multipart/form-data; boundary=x"})

    def update(self, text):
        return self.app({"action": "update", "url": self.known, "replace": {"content": [text]}})

    def settings(self, text):
        return self.form("/admin/settings", "/admin/settings/profile", site_name="Bench notes", author_name="Ada Author", bio=text,
                         site_url=f"http://127.0.0.1:{self.server.port}", photo="", language="en")

    def token(self, text):
        return self.form("/admin/tokens", "/admin/tokens", name=text, scope="create")

    def recovered(self):
        """The database as the recovery after a crash at this moment would leave it."""
        with tempfile.TemporaryDirectory() as folder:
            for end in ["", "-wal"]:
                shutil.copy(self.server.data / f"starpunk.db{end}", Path(folder) / f"starpunk.db{end}")
            database = sqlite3.connect(Path(folder) / "starpunk.db")
            try:
                sound = database.execute("PRAGMA integrity_check").fetchone()[0]
                texts = {text: photos for text, photos in database.execute("SELECT text, photos FROM notes")}
                texts |= {bio: None for bio, in database.execute("SELECT bio FROM account")}
                texts |= {name: None for name, in database.execute("SELECT client_id FROM tokens")}
                return sound, texts
            finally:
                database.close()

    def whole(self, photos):
        """Whether every picture of a note is there, with the same bytes as in a run without errors."""
        return all((self.server.data / path.lstrip("/")).is_file()
                   and (self.server.data / path.lstrip("/")).read_bytes() == self.reference for path in paths(photos))


def paths(photos):
    return [photo if isinstance(photo, str) else photo.get("url", "") for photo in json.loads(photos or "[]")]


def claim(kind, answer):
    """What an answer says: saved, not saved, unknown (partly saved too), or nothing."""
    status, _, body = answer
    if status == 0:
        return "no answer"
    if status in (201, 204, 303) or (status == 200 and kind == "token"):
        return "saved"
    if status < 500:
        return "not saved"
    try:
        outcome = json.loads(body).get("outcome", "")
    except ValueError:
        outcome = ""
    if not outcome and "Nothing was saved" in body:
        outcome = "not_saved"
    return {"not_saved": "not saved", "partly_saved": "unknown", "unknown": "unknown"}.get(outcome, f"{status}, no claim")


def one(site, kind, call, error, number):
    """One request under one error; what was claimed, what was true, and how often an error was injected."""
    site.number += 1
    text = f"{kind} {site.number}"
    with Strace(site.server.process.pid, call, error, number) as trace:
        answer = getattr(site, kind)(text)
    said = claim(kind, answer)
    sound, there = site.recovered()
    true = text in there
    lie = ((said == "saved" and not true) or (said == "not saved" and true) or sound != "ok"
           or (kind == "photo" and true and not site.whole(there[text])))
    if lie:
        print(f"  LIE: {kind} {call} {error} {number}: {said}, {'there' if true else 'not there'}, integrity {sound}: {answer}",
              flush=True)
    return said, true, lie, trace.injected


def heal(site):
    begun = time.monotonic()
    while site.note(f"healed {random.getrandbits(64)}")[0] != 201:
        if time.monotonic() > begun + 20:
            sys.exit("posting does not go on after the errors have ended")
        time.sleep(0.01)
    return time.monotonic() - begun


def requests(server, calls=CALLS, errors=ERRORS):
    server.stop()
    site = Site(server)
    site.prepare()
    server.start()
    site.known = site.note("known")[1]
    site.photo("reference")
    photos = site.recovered()[1]["reference"]
    site.reference = (server.data / paths(photos)[0].lstrip("/")).read_bytes()
    for kind in ["settings", "token", "update"]:
        if claim(kind, getattr(site, kind)(f"first {kind}")) != "saved":
            sys.exit(f"{kind} does not work without errors")
    total, lies, slowest = Counter(), 0, 0.0
    for kind in ["note", "photo", "update", "settings", "token"]:
        for call in calls:
            if call == ONLY_PICTURES and kind != "photo":
                continue
            found, ended = Counter(), False
            # One call alone, each in its turn, until there is no such call; and all of them.
            for number in [*range(1, MOST + 1), "1+"]:
                if number != "1+" and ended:
                    continue
                hit = 0
                for error in errors:
                    said, true, lie, injected = one(site, kind, call, error, number)
                    if injected:
                        found[said, true] += 1
                        lies += lie
                        hit += injected
                        slowest = max(slowest, heal(site))
                ended = not hit
            total += found
            told = ", ".join(f"{said} ({'there' if true else 'not there'}) {count}" for (said, true), count in sorted(found.items()))
            print(f"{kind:9} {call:10} {sum(found.values()):4} cases: {told or 'no such call'}", flush=True)
    print(f"{sum(total.values())} cases: " + ", ".join(f"{said} ({'there' if true else 'not there'}) {count}"
                                                       for (said, true), count in sorted(total.items())))
    print(f"{lies} false answers; posting went on within {slowest:.2f} s", flush=True)
    server.stop()
    return lies


def command(server, arguments, files, call, error, number):
    """Runs a command under strace; errors hit the n-th call that touches one of the files."""
    log = Path(tempfile.mkstemp(prefix="strace-")[1])
    places = [part for file in files for part in ("-P", file)]
    run = subprocess.run(["strace", "-f", "-qq", "-o", log, *places, "-e", f"trace={call}", "-e", "signal=none", "-e",
                          f"inject={call}:error={error}:when={number}", HERE.parent / "bin/starpunk", *arguments,
                          "--data-dir", server.data], capture_output=True, text=True)
    injected = log.read_text(errors="replace").count("(INJECTED)")
    log.unlink()
    return run, injected


def commands(server, calls=CALLS, errors=ERRORS):
    """Backups and imports of the stopped site."""
    lies, total = 0, Counter()
    work = server.log.parent
    folder = work / "import"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    base = ["starpunk.db", "starpunk.db-wal", "starpunk.db-shm", "media"]
    for call in calls:
        found = Counter()
        for error in errors:
            for number in (1, 2):
                target = work / "injected.zip"
                target.unlink(missing_ok=True)
                files = [work / name for name in ["injected.zip", ".injected.zip", "injected.zip.db.partial"]]
                run, injected = command(server, ["backup", str(target)], files, call, error, number)
                if injected:
                    good = target.exists() and zipfile.ZipFile(target).testzip() is None
                    lie = (run.returncode == 0) != good or (target.exists() and not good)
                    lies += lie
                    found["backup", run.returncode, good] += 1
                    if lie:
                        print(f"  LIE: backup {call} {error} {number}: {run.returncode}, {target.exists()}: {run.stderr[-300:]}")
                name = f"imported-{call}-{error}-{number}".lower()
                for old in folder.iterdir():
                    old.unlink()
                for note in range(3):
                    (folder / f"{name}-{note}.md").write_text(f"---\ndate: 2020-01-0{note + 1}T00:00:00Z\n---\n{name} {note}\n")
                run, injected = command(server, ["import", str(folder)], [server.data / file for file in base], call, error, number)
                count = server.rows(f"SELECT count(*) FROM notes WHERE text LIKE '{name} %'")[0][0]
                if injected:
                    lie = run.returncode == 0 and count != 3
                    if run.returncode != 0:
                        subprocess.run([HERE.parent / "bin/starpunk", "import", folder, "--data-dir", server.data],
                                       capture_output=True, check=True)
                        again = server.rows(f"SELECT count(*) FROM notes WHERE text LIKE '{name} %'")[0][0]
                        lie = lie or again != 3
                    lies += lie
                    found["import", run.returncode, count == 3] += 1
                    if lie:
                        print(f"  LIE: import {call} {error} {number}: {run.returncode}, {count} of 3: {run.stderr[-300:]}")
        total += found
        told = ", ".join(f"{what} exit {code} ({'whole' if good else 'not there'}) {count}"
                         for (what, code, good), count in sorted(found.items()))
        print(f"commands  {call:10} {sum(found.values()):4} cases: {told or 'no such call'}", flush=True)
    print(f"{sum(total.values())} cases of commands: {lies} false answers", flush=True)
    return lies
