// The player: plays, seeks, follows the text. Without this script the page is the browser's player and plain text.
"use strict";
(() => {
  const player = document.querySelector(".player");
  if (!player) return;
  const find = (name) => player.querySelector(name);
  const audio = find("audio"), slider = find(".place"), wave = find(".wave"), shape = find(".shape");
  const sentences = [...document.querySelectorAll(".s")];
  const chapters = [...document.querySelectorAll(".chapters a")];
  const time = (node) => Number(node.dataset.t);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const speeds = [1, 1.25, 1.5, 1.75, 2, 0.75];
  let sentence = null, chapter = null, wanted = null;

  const clock = (seconds) => {
    const whole = Math.floor(seconds), rest = String(whole % 60).padStart(2, "0");
    const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(slider.max));
  const position = () => wanted ?? audio.currentTime;
  const lastBefore = (nodes, seconds) => {
    let low = 0, high = nodes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (time(nodes[middle]) <= seconds + 0.02) low = middle + 1; else high = middle;
    }
    return nodes[low - 1] ?? null;
  };

  const titleOf = (link) => (link ? link.querySelector("span").textContent : "");

  // Before the browser knows the file, a wish to be somewhere is kept until it does.
  const seek = (seconds, play) => {
    const target = Math.max(0, Math.min(seconds, length()));
    if (audio.readyState > 0) { audio.currentTime = target; wanted = null; } else { wanted = target; audio.preload = "auto"; }
    if (play) audio.play().catch(() => {});
    show();
  };
  audio.addEventListener("loadedmetadata", () => {
    if (wanted !== null) { audio.currentTime = wanted; wanted = null; }
    show();
  });

  const mark = (old, next) => {
    if (old === next) return next;
    old?.removeAttribute("aria-current");
    next?.setAttribute("aria-current", "true");
    return next;
  };
  const show = () => {
    const seconds = position();
    wave.style.setProperty("--played", `${(100 * seconds) / length()}%`);
    slider.value = seconds;
    find(".now").textContent = clock(seconds);
    const before = sentence;
    sentence = mark(sentence, lastBefore(sentences, seconds));
    chapter = mark(chapter, lastBefore(chapters, seconds));
    const title = titleOf(chapter);
    if (find(".chapter").textContent !== title) find(".chapter").textContent = title;
    slider.setAttribute("aria-valuetext", `${clock(seconds)} von ${clock(length())}${title ? `, ${title}` : ""}`);
    if (sentence && sentence !== before && !audio.paused) scrollTo(sentence);
  };
  const state = () => {
    player.classList.toggle("playing", !audio.paused);
    find(".play").setAttribute("aria-label", audio.paused ? "Abspielen" : "Anhalten");
    show();
  };
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, state);
  for (const event of ["timeupdate", "seeking", "seeked"]) audio.addEventListener(event, show);

  const report = document.querySelector(".report"), form = report?.href; // where an error is, is said with it
  report?.addEventListener("click", () => { report.href = form + encodeURIComponent(clock(position())); });

  // Controls
  find(".play").addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
  find(".back").addEventListener("click", () => seek(position() - 15));
  find(".ahead").addEventListener("click", () => seek(position() + 30));
  find(".speed").addEventListener("click", (event) => {
    audio.playbackRate = speeds[(speeds.indexOf(audio.playbackRate) + 1) % speeds.length];
    const rate = String(audio.playbackRate).replace(".", ",");
    event.currentTarget.textContent = `${rate}×`;
    event.currentTarget.setAttribute("aria-label", `Tempo: ${rate}-fach`);
  });
  slider.addEventListener("input", () => seek(Number(slider.value)));
  slider.addEventListener("pointermove", (event) => {
    const box = slider.getBoundingClientRect();
    const seconds = Math.max(0, ((event.clientX - box.left) / box.width) * length());
    const title = titleOf(lastBefore(chapters, seconds));
    slider.title = `${clock(seconds)}${title ? ` ${title}` : ""}`;
  });
  slider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[event.key];
    if (!step) return;
    event.preventDefault();
    seek(position() + step);
  });

  // Text that follows the voice, until the reader scrolls away
  const follow = document.querySelector(".follow");
  const following = (on) => {
    if (!follow) return;
    follow.setAttribute("aria-pressed", String(on));
    if (on && sentence) scrollTo(sentence);
  };
  const scrollTo = (node) => {
    if (follow?.getAttribute("aria-pressed") !== "true") return;
    const box = node.getBoundingClientRect();
    const top = player.getBoundingClientRect().bottom + 16;
    if (box.top < top || box.bottom > innerHeight - 48) {
      scrollBy({ top: box.top - top - (innerHeight - top) / 4, behavior: calm.matches ? "auto" : "smooth" });
    }
  };
  for (const event of ["wheel", "touchmove"]) addEventListener(event, () => following(false), { passive: true });
  follow?.addEventListener("click", () => following(follow.getAttribute("aria-pressed") !== "true"));

  // A click on a sentence or chapter plays from there; the address keeps the place
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-t]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    if (link.classList.contains("s")) rove(link, false);
    seek(time(link), true);
  });

  // One tab stop for the whole text; the arrow keys move between sentences
  const rove = (node, focus) => {
    for (const other of sentences) if (other.tabIndex === 0) other.tabIndex = -1;
    node.tabIndex = 0;
    if (focus) node.focus();
  };
  document.querySelector(".transcript")?.addEventListener("keydown", (event) => {
    const at = sentences.indexOf(event.target);
    if (at < 0) return;
    if (event.key === " ") { event.preventDefault(); event.target.click(); return; }
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: sentences.length - 1 }[event.key];
    if (to === undefined || !sentences[to]) return;
    event.preventDefault();
    rove(sentences[to], true);
  });

  // Links that survive: #t=83, #t=83.5, #t=1:23
  const place = () => {
    const found = /^#t=((?:\d+:){0,2}\d+(?:\.\d+)?)$/.exec(location.hash);
    return found && found[1].split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  };
  const jump = (play) => {
    const seconds = place();
    if (seconds === null) return;
    seek(seconds, play);
    if (sentence) { rove(sentence, false); scrollTo(sentence); }
  };
  addEventListener("hashchange", () => jump(true));

  if ("mediaSession" in navigator && "MediaMetadata" in window) {
    const art = document.querySelector(".cover");
    navigator.mediaSession.metadata = new MediaMetadata({
      title: player.dataset.title, artist: player.dataset.artist, artwork: art ? [{ src: art.src }] : [],
    });
    const act = (name, deed) => { try { navigator.mediaSession.setActionHandler(name, deed); } catch { /* unknown here */ } };
    act("seekbackward", () => seek(position() - 15));
    act("seekforward", () => seek(position() + 30));
    act("seekto", (details) => seek(details.seekTime));
  }

  const fill = document.createElement("div");
  fill.className = "fill";
  wave.prepend(fill);
  wave.classList.toggle("flat", !shape);
  if (shape) fill.style.maskImage = fill.style.webkitMaskImage = `url("${shape.src}")`;
  audio.removeAttribute("controls");
  player.classList.add("ready");
  for (const node of [slider, find(".controls"), follow, document.querySelector(".hint")]) if (node) node.hidden = false;
  state();
  jump(false);
})();
