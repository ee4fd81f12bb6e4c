#!/bin/sh
# The careful chain: jingles, crossfades, loudnorm measured first and applied second.   two_pass.sh TEXT IDENT OUTRO OUT.mp3
set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
espeak-ng -v de -f "$1" -w "$work/speech.wav"
alike=aformat=sample_rates=44100:channel_layouts=mono
mix="[0:a]$alike[a];[1:a]$alike[b];[2:a]$alike[c];[a][b]acrossfade=d=0.8[d];[d][c]acrossfade=d=0.2[e]"
target=I=-16:TP=-1:LRA=11
inputs="-i $2 -i $work/speech.wav -i $3"
ffmpeg -hide_banner -nostats -y $inputs -filter_complex "$mix;[e]loudnorm=$target:print_format=json[o]" \
  -map '[o]' -f null - 2>"$work/log"
value() { sed -n "s/.*\"$1\" : \"\([^\"]*\)\".*/\1/p" "$work/log"; }
measured="measured_I=$(value input_i):measured_TP=$(value input_tp):measured_LRA=$(value input_lra)"
measured="$measured:measured_thresh=$(value input_thresh):offset=$(value target_offset):linear=true"
ffmpeg -v error -y $inputs -filter_complex "$mix;[e]loudnorm=$target:$measured[o]" \
  -map '[o]' -ar 44100 -c:a libmp3lame -b:a 96k "$4"
