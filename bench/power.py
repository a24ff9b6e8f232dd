"""Power cuts: the site's data lie on ext4, on a loop device, on a disk that loses what was not flushed (nbdkit with forgetful.py, nbdfuse).

A round posts by 8 clients, kills the disk in the middle, then the server, and starts both again: every post that was answered 201 must be
there. Needs root, nbdkit with its Python plugin, nbdfuse (libnbd), loop devices and FUSE."""
import os, random, shutil, signal, subprocess, sys, time
from servers import HERE

SIZE = 96 << 20


class Disk:

    def __init__(self, work):
        self.work, self.image, self.socket = work, work / "disk.img", work / "disk.sock"
        self.file, self.mount = work / "disk", work / "mount"
        for command in ["nbdkit", "nbdfuse", "fusermount3", "losetup", "mkfs.ext4"]:
            if not shutil.which(command):
                sys.exit(f"--power needs {command} (apt-get install nbdkit nbdkit-plugin-python libnbd-bin fuse3)")
        self.mount.mkdir(exist_ok=True)
        self.file.touch()
        self.image.unlink(missing_ok=True)
        with open(self.image, "wb") as image:
            image.truncate(SIZE)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)

    def plug_in(self):
        self.socket.unlink(missing_ok=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.nbdkit = subprocess.Popen(["nbdkit", "-f", "-U", self.socket, "python", HERE / "forgetful.py", f"image={self.image}"],
                                       **quiet)
        self.until(self.socket.exists)
        self.nbdfuse = subprocess.Popen(["nbdfuse", self.file, "--unix", self.socket], **quiet)
        self.until(lambda: self.file.stat().st_size == SIZE)
        self.loop = subprocess.run(["losetup", "-f", "--show", self.file], check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run(["mount", "-t", "ext4", self.loop, self.mount], check=True)

    @staticmethod
    def until(condition):
        end = time.monotonic() + 20
        while not condition():
            if time.monotonic() > end:
                sys.exit("the disk did not come up")
            time.sleep(0.01)

    def cut(self):
        self.nbdkit.send_signal(signal.SIGKILL)
        self.nbdkit.wait()

    def clear_away(self):
        subprocess.run(["umount", "-l", self.mount], stderr=subprocess.DEVNULL)
        subprocess.run(["losetup", "-d", self.loop], stderr=subprocess.DEVNULL)
        subprocess.run(["fusermount3", "-u", "-z", self.file],
                       stderr=subprocess.DEVNULL)
        self.nbdfuse.wait(20)

    def pull_out(self):
        """Takes the disk away in order: all of it is flushed."""
        subprocess.run(["umount", self.mount], check=True)
        subprocess.run(["losetup", "-d", self.loop], check=True)
        subprocess.run(["fusermount3", "-u", self.file], check=True)
        self.nbdfuse.wait(20)
        self.nbdkit.terminate()
        self.nbdkit.wait()


def cut(server, rounds, clients, check):
    server.stop()
    disk = Disk(server.log.parent)
    disk.plug_in()
    server.data = disk.mount / "site"
    acknowledged = set()
    try:
        server.own()
        server.stop()
        for number in range(rounds):
            server.start()
            with clients(server, 8) as posting:
                late = time.monotonic() + 60
                while len(posting.acknowledged) < 10 and time.monotonic() < late:
                    time.sleep(0.01)
                time.sleep(random.uniform(0, 1))
                disk.cut()
                time.sleep(random.uniform(0, 0.2))
                server.process.kill()
                server.process.wait()
            acknowledged |= posting.acknowledged
            disk.clear_away()
            disk.plug_in()
            check(server, acknowledged)
            print(f"power cut {number + 1}/{rounds}: {len(acknowledged):,} acknowledged, all there", flush=True)
    finally:
        server.stop()
        disk.pull_out()
