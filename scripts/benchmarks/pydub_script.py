"""What a gTTS and pydub script does, the network's time taken as zero: pydub_script.py SENTENCES IDENT OUTRO OUT."""

import subprocess
import sys
import tempfile
from pathlib import Path

from pydub import AudioSegment, effects

sentences, ident, outro, out = map(Path, sys.argv[1:])
episode = AudioSegment.from_file(ident)
with tempfile.TemporaryDirectory() as folder:
    for number, sentence in enumerate(sentences.read_text(encoding="utf-8").splitlines()):
        wav, mp3 = Path(folder, f"{number}.wav"), Path(folder, f"{number}.mp3")
        subprocess.run(["espeak-ng", "-v", "de", "-w", str(wav), sentence], check=True)
        AudioSegment.from_wav(wav).set_frame_rate(24_000).export(mp3, format="mp3", bitrate="64k")
        episode += AudioSegment.from_mp3(mp3) + AudioSegment.silent(250)
effects.normalize(episode + AudioSegment.from_file(outro)).export(out, format="mp3", bitrate="96k")
