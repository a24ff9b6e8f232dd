"""The servers that are measured: StarPunk as it is shipped, and nginx with the same bytes as files."""
import hashlib, http.client, os, re, shutil, signal, socket, sqlite3, subprocess, sys, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
TOKEN = "a-token-of-the-benchmark-and-of-nothing-else"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A process of ours: its CPU time and its memory, with its children's."""

    def __init__(self, name, port):
        self.name, self.port, self.process = name, port, None

    def pids(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu(self):
        """Seconds of user and system time until now."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def rss(self):
        """Megabytes."""
        kilobytes = 0
        for pid in self.pids():
            kilobytes += int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
        return kilobytes / 1024

    def get(self, path, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def wait(self, path="/"):
        for _ in range(6000):
            try:
                if self.get(path)[0].status == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                sys.exit(f"{self.name} ended with {self.process.returncode}; see {self.log}")
            time.sleep(0.005)
        sys.exit(f"{self.name} did not answer")

    def rest(self):
        """Waits until it does nothing for half a second: its compilers have work to do for a while after a new kind of load."""
        end, before = time.monotonic() + 30, -1
        while time.monotonic() < end and self.cpu() - before > 0.011:
            before = self.cpu()
            time.sleep(0.5)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


class StarPunk(Server):

    def __init__(self, name, work, environment={}):
        super().__init__(name, free_port())
        self.data, self.log = work / name, work / f"{name}.log"
        self.environment = environment

    def start(self):
        """Starts it by its launcher, with the flags that are shipped. CPU and wall seconds until the first page."""
        environment = {**os.environ, "STARPUNK_DATA_DIR": str(self.data), "STARPUNK_LISTEN": f"127.0.0.1:{self.port}",
                       "STARPUNK_BASE_URL": f"http://127.0.0.1:{self.port}", **self.environment}
        begun = time.monotonic()
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([HERE.parent / "bin/starpunk", "serve"], env=environment,
                                            cwd=self.log.parent, stdout=log, stderr=log)
        self.wait()
        return self.cpu(), time.monotonic() - begun

    def own(self):
        """Makes a site with an author and an app's token. The rest goes over HTTP."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.start()
        self.stop()
        with sqlite3.connect(self.data / "starpunk.db") as database:
            database.execute("INSERT INTO account (id, site_name, site_url, author_name, bio, photo, language, password_hash)"
                             " VALUES (1, 'Bench notes', ?, 'Ada Author', 'Writes notes.', '', 'en', 'none')",
                             [f"http://127.0.0.1:{self.port}"])
            database.execute("INSERT INTO tokens (secret_hash, client_id, scopes, created) VALUES (?, 'https://bench.example/',"
                             " 'create update', ?)", [hashlib.sha256(TOKEN.encode()).hexdigest(), int(time.time() * 1000)])
        database.close()

    def notes(self):
        database = sqlite3.connect(f"file:{self.data / 'starpunk.db'}?mode=ro", uri=True)
        try:
            return database.execute("SELECT count(*) FROM notes").fetchone()[0]
        finally:
            database.close()

    def rows(self, sql):
        database = sqlite3.connect(f"file:{self.data / 'starpunk.db'}?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()


class Nginx(Server):
    """Serves what StarPunk answered, as files."""

    def __init__(self, work):
        super().__init__("nginx", free_port())
        self.root, self.log = work / "files", work / "nginx.log"
        self.types = {}

    def add(self, path, answer, body):
        file = self.root / path.split("?")[0].lstrip("/")
        if path == "/":
            file = self.root / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        self.types[path.split("?")[0]] = answer.getheader("Content-Type").split(";")[0]

    def start(self):
        own = self.root.parent
        types = "".join(f"location = {path} {{ default_type {kind}; types {{}} }}\n"
                        for path, kind in self.types.items() if path != "/")
        (own / "nginx.conf").write_text(f"""
            worker_processes auto; daemon off; pid {own}/nginx.pid; error_log {self.log} warn;
            events {{ worker_connections 1024; }}
            http {{
              include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
              open_file_cache max=1000 inactive=60s; client_body_temp_path {own}/b; proxy_temp_path {own}/p;
              fastcgi_temp_path {own}/f; uwsgi_temp_path {own}/u; scgi_temp_path {own}/s;
              server {{ listen 127.0.0.1:{self.port} reuseport; root {self.root}; {types} }}
            }}""")
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(["nginx", "-c", str(own / "nginx.conf")], stdout=log, stderr=log)
        self.wait()
