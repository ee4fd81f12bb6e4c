"""What signing an episode of 30 minutes costs: one call of `sign`, a key and certificate read from disk each time."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ki_briefing.episode import provenance
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.episode.signer import load_signer
from ki_briefing.show.reading import load_show

PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
MINUTES = 30
BYTES_PER_SECOND = 12_000  # 96 kbit/s
ROUNDS = 9


def lengthen(audio: Path) -> bytes:
    """Return an episode whose sound is repeated until it is long enough; its tag stays."""
    data = audio.read_bytes()
    start = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    times = -(-MINUTES * 60 * BYTES_PER_SECOND // len(data[start:]))
    return data[:start] + data[start:] * times


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "show"
        for command in (
            ("init", str(folder), "--sign"),
            ("new", str(folder / "beispiel.md"), "--show", str(folder)),
        ):
            subprocess.run([PROGRAM, "-q", *command], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([PROGRAM, "-q", "build"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        show, (built,) = load_show(folder), folder.glob("*/built")
        release = read_release(built / RELEASE_FILE)
        episode = lengthen(built / release.audio.name)
        walls, cpus, path = [], [], folder / "long.mp3"
        for _ in range(ROUNDS):
            path.write_bytes(episode)
            wall, cpu = time.perf_counter(), time.process_time()
            signer = load_signer(show.signing, folder, public=show.public)
            if signer is None:
                raise RuntimeError("the show has no key")
            statement = provenance.make_statement(
                release.episode, podcast="Podcast", author="Redaktion", episode_url=""
            )
            provenance.sign(path, statement, signer)
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        print(f"sign {MINUTES} minutes, {len(episode) / 1e6:.1f} MB: ", end="")
        print(f"wall {statistics.median(walls):.3f} s, cpu {statistics.median(cpus):.3f} s")


if __name__ == "__main__":
    main()
