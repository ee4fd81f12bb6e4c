#!/bin/sh
# The classic chain: espeak-ng | ffmpeg loudnorm in one pass | lame.   one_pass.sh TEXT OUT.mp3
espeak-ng -v de -f "$1" --stdout |
  ffmpeg -v error -y -i - -af loudnorm=I=-16:TP=-1:LRA=11 -ar 44100 -ac 1 -f wav - |
  lame --quiet -b 96 -m m - "$2"
