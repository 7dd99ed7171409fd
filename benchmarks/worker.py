"""One competitor in a process of its own, that works when it is asked to: ``python -m benchmarks.worker NAME``.

Libraries' idle threads spin; in one process they would slow each other down. Commands and answers are lines of JSON.
"""

import gc
import json
import os
import sys
import time
from typing import Any

from . import peers
from .setting import Setting


def serve(name: str, commands: Any, answers: Any) -> None:
    built: dict[Setting, Any] = {}
    for line in commands:
        command = json.loads(line)
        sizes, *rest = command["setting"]
        setting = Setting(tuple(sizes), *rest)
        answer: dict[str, Any] = {}
        started = time.process_time()
        if command["do"] == "build":
            if not command.get("keep"):
                built.clear()
                gc.collect()
            peer = built[setting] = peers.load(name)(setting)
            answer["losses"] = [peer.steps(1), peer.steps(19)]  # of the first step and of the twentieth
        peer = built[setting]
        match command["do"]:
            case "steps":
                peer.steps(max(1, command["count"] // 10))  # its memory comes back into the cache
                started = time.process_time()
                answer["seconds"] = [peer.seconds(command["count"]) / command["count"]]
            case "busy":
                answer["seconds"] = peer.busy(command["count"])
            case "epochs":
                answer["seconds"] = [s / peer.setting.steps for s in peer.epochs(command["count"] + 1)[1:]]
            case "predict":
                peer.predict()
                started, clock = time.process_time(), time.perf_counter()
                for _ in range(command["count"]):
                    peer.predict()
                answer["seconds"] = [(time.perf_counter() - clock) / command["count"]]
        answer["cpu"] = time.process_time() - started
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    serve(sys.argv[1], sys.stdin, channel)
