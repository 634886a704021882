"""Answers lines of JSON with lines of JSON, as the other subjects do; the messages are those of subjects/work.ts."""

import json
import platform
import resource
import sys
import time
from pathlib import Path

import PIL
from PIL import features

from handlers import HANDLERS

# Pillow takes larger ones for an attack, from 89 megapixels on with a warning.
PIL.Image.MAX_IMAGE_PIXELS = None

held = {}


def answer(work):
    handler = HANDLERS[work["job"]]
    if work["held"]:
        for file in work["files"]:
            held.setdefault(file, Path(file).read_bytes())
    first = None
    cpu, start = time.process_time(), time.perf_counter()
    for _ in range(work["times"]):
        for file in work["files"]:
            outputs = handler(get(file, work))
            for _ in outputs:
                wait(work["writeMs"])
            if file == work["files"][0]:
                first = outputs
    wall_ms = (time.perf_counter() - start) * 1000
    cpu_ms = (time.process_time() - cpu) * 1000
    if "keep" in work:
        folder = Path(work["keep"])
        folder.mkdir(parents=True, exist_ok=True)
        for variant, body in first.items():
            (folder / variant).write_bytes(body)
    return {"wallMs": wall_ms, "cpuMs": cpu_ms, "peakMb": resident_mb("VmHWM")}


def get(file, work):
    wait(work["readMs"])
    return held[file] if work["held"] else Path(file).read_bytes()


def wait(milliseconds):
    if milliseconds > 0:
        time.sleep(milliseconds / 1000)


def resident_mb(field):
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    # Bytes on macOS, the only other system that this is likely to run on.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


def versions():
    turbo = features.version_feature("libjpeg_turbo")
    jpeg = f"libjpeg-turbo {turbo}" if turbo else f"libjpeg {features.version_codec('jpg')}"
    return {"Python": platform.python_version(), "Pillow": PIL.__version__, "its JPEG library": jpeg}


def say(message):
    print(json.dumps(message), flush=True)


say({"versions": versions(), "idleMb": resident_mb("VmRSS")})
for line in sys.stdin:
    try:
        say(answer(json.loads(line)))
    except Exception as error:  # Whatever it is, the one who asked is told.
        say({"error": f"{type(error).__name__}: {error}"})
