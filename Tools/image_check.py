"""Runs the Dockerfile's steps in clean chroots and checks the image they make, without a container engine.

Each stage starts from debootstrap's Debian bookworm; the base image `swift:…` is that plus this machine's own
toolchain, mounted read-only. Then the server is started as the image's user with the image's environment, its health
check must pass, one picture must be drawn, and SIGTERM must end it with status 0. Needs root.

    python3 Tools/image_check.py [--keep] [--port 18080]
"""

import argparse
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def instructions(text):
    """The Dockerfile's instructions as (name, argument), with continued lines joined."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            name, _, argument = line.partition(" ")
            yield name.upper(), argument.strip()


def ignored():
    """The names that .dockerignore keeps out of the build context."""
    return [line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines() if line.strip()]


def local_git_mirrors():
    """Folders that this machine's git reads instead of remote repositories, if any."""
    listing = subprocess.run(["git", "config", "--get-regexp", r"^url\..*\.insteadof$"], capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        key = line.split()[0]
        path = key[len("url.") : -len(".insteadof")]
        if path.startswith("/") and os.path.isdir(path):
            yield path.rstrip("/")


class Stage:
    """One build stage: a chroot, its environment and its working directory."""

    def __init__(self, base, root):
        self.base, self.root = base, root
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        self.directory, self.user, self.health, self.entry, self.command = "/", "root", None, [], []
        self.mounts = []

    def mount(self, source, target, *options):
        place = self.root / target.lstrip("/")
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", *options, source, place], check=True)
        self.mounts.append(place)

    def prepare(self):
        self.mount("proc", "/proc", "-t", "proc")
        self.mount("/dev", "/dev", "--bind")
        for file in ["/etc/resolv.conf", "/etc/hosts"]:
            if os.path.exists(file):
                shutil.copy(file, self.root / file.lstrip("/"))
        shutil.copytree("/etc/apt", self.root / "etc/apt", dirs_exist_ok=True, symlinks=True)
        for folder in ["/etc/ssl/certs", "/usr/share/keyrings", "/usr/share/ca-certificates"]:
            if os.path.isdir(folder):
                shutil.copytree(folder, self.root / folder.lstrip("/"), dirs_exist_ok=True, symlinks=True)
        if self.base.startswith("swift:"):
            self.prepare_toolchain()

    def prepare_toolchain(self):
        swift = pathlib.Path(shutil.which("swift")).resolve()
        usr = next(parent for parent in swift.parents if parent.name == "usr")
        self.mount(str(usr.parent), "/toolchain", "--bind", "-o", "ro")
        self.environment["PATH"] = "/toolchain/usr/bin:" + self.environment["PATH"]
        for path in local_git_mirrors():
            self.mount(path, path, "--bind", "-o", "ro")
        if os.path.exists("/etc/gitconfig"):
            shutil.copy("/etc/gitconfig", self.root / "etc/gitconfig")
        # What the swift image ships beside the toolchain.
        needs = "binutils git gnupg2 libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses-dev libpython3-dev"
        needs += " libsqlite3-0 libstdc++-12-dev libxml2-dev libz3-dev tzdata zlib1g-dev g++"
        self.run(f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {needs}")

    def argv(self, command, user=None):
        environment = [f"{key}={value}" for key, value in self.environment.items()]
        account = ["--userspec", user] if user and user != "root" else []
        inside = f"cd {shlex.quote(self.directory)} && exec {command}"
        return ["chroot", *account, self.root, "/usr/bin/env", "-i", *environment, "/bin/sh", "-c", inside]

    def run(self, command):
        subprocess.run(self.argv(f"/bin/sh -ec {shlex.quote(command)}", self.user), check=True, stdout=sys.stderr)

    def copy(self, argument, stages):
        words = shlex.split(argument)
        origin, skip = ROOT, ignored()
        if words[0].startswith("--from="):
            origin, skip = stages[words.pop(0)[len("--from=") :]].root, []
        *sources, target = words
        place = pathlib.Path(os.path.join(self.directory, target))
        place = self.root / str(place).lstrip("/")
        for source in sources:
            path = origin / source.lstrip("/")
            if path.is_dir():
                left_out = lambda folder, names: [
                    name for name in names if os.path.relpath(os.path.join(folder, name), ROOT) in skip]
                shutil.copytree(path, place, dirs_exist_ok=True, ignore=left_out)
            elif len(sources) > 1 or target.endswith("/"):
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)

    def apply(self, name, argument, stages):
        if name == "RUN":
            self.run(argument)
        elif name == "COPY":
            self.copy(argument, stages)
        elif name == "ENV":
            self.environment.update(word.split("=", 1) for word in shlex.split(argument))
        elif name == "WORKDIR":
            self.directory = argument
            (self.root / argument.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name == "USER":
            self.user = argument
        elif name == "HEALTHCHECK":
            self.health = argument.split("CMD", 1)[1].strip()
        elif name == "ENTRYPOINT":
            self.entry = json.loads(argument)
        elif name == "CMD":
            self.command = json.loads(argument)
        elif name not in ("EXPOSE", "STOPSIGNAL"):
            raise SystemExit(f"image_check does not know the instruction {name}")

    def size(self):
        listing = subprocess.run(["du", "-sxm", self.root], capture_output=True, text=True, check=True)
        return int(listing.stdout.split()[0])

    def close(self):
        for place in reversed(self.mounts):
            subprocess.run(["umount", "-l", place], check=False)


def build(folder):
    """Both stages, built; the last is the image."""
    clean = folder / "debian"
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", clean], check=True, stdout=sys.stderr)
    subprocess.run(["umount", "-l", clean / "proc"], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["umount", "-l", clean / "sys"], check=False, stderr=subprocess.DEVNULL)
    stages, stage = {}, None
    try:
        for name, argument in instructions((ROOT / "Dockerfile").read_text()):
            if name == "FROM":
                base, _, label = argument.partition(" AS ")
                stage = Stage(base, folder / (label or "image"))
                stages[label or "image"] = stage
                # debootstrap leaves /proc mounted, which must not be copied.
                subprocess.run(["cp", "-a", "--one-file-system", clean, stage.root], check=True)
                stage.prepare()
            else:
                print(f"{name} {argument[:100]}", file=sys.stderr)
                stage.apply(name, argument, stages)
    except BaseException:
        for one in stages.values():
            one.close()
        raise
    return stages, stage


def get(url, data=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=60) as reply:
        return reply.read()


def check(image, port):
    """Starts the image's command and asserts what a container engine and its user would see."""
    image.environment["LIMINAL_PORT"] = str(port)
    started = time.monotonic()
    server = subprocess.Popen(image.argv(shlex.join(image.entry + image.command), image.user))
    try:
        health = image.health.replace("8080", str(port))
        while subprocess.run(image.argv(health, image.user), capture_output=True).returncode != 0:
            if server.poll() is not None or time.monotonic() - started > 60:
                raise SystemExit("the image's health check never passed")
            time.sleep(0.05)
        ready = time.monotonic() - started
        owner = os.stat(f"/proc/{server.pid}").st_uid
        assert owner != 0, "the server runs as root"
        body = json.dumps({"prompt": "a watercolor painting of a fox", "size": "128x128", "seed": 7}).encode()
        answer = json.loads(get(f"http://127.0.0.1:{port}/v1/images/generations", body))
        assert answer["data"][0]["b64_json"].startswith("iVBOR"), "no PNG came back"
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=30)
        assert status == 0, f"SIGTERM ended the server with status {status}"
        return ready, owner
    finally:
        server.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="leave the chroots for a look")
    parser.add_argument("--port", type=int, default=18080)
    arguments = parser.parse_args()
    if os.getuid() != 0:
        raise SystemExit("image_check needs root, for chroot and mount")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="liminal-image-"))
    stages, image = build(folder)
    try:
        megabytes = image.size()
        ready, owner = check(image, arguments.port)
        print(f"image {megabytes} MB, user {owner}, healthy after {ready * 1000:.0f} ms, drew a picture, exit 0 on SIGTERM")
    finally:
        for stage in stages.values():
            stage.close()
        if not arguments.keep:
            subprocess.run(["rm", "-rf", "--one-file-system", folder], check=False)


if __name__ == "__main__":
    main()
