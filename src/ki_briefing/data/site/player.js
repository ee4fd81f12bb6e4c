// The player: plays, seeks, follows the text, remembers. Without it a page is the browser's player and plain text.
"use strict";
const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds)), rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
};
const decimal = (number) => String(number).replace(".", ",");
const escaped = (words) => words.trim().replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");
const show = (...nodes) => { for (const node of nodes) if (node) node.hidden = false; };

// What is remembered stays on this device; where that is forbidden, nothing is remembered.
const memory = {
  get(key) { try { return JSON.parse(localStorage.getItem(`ki-briefing ${key}`)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`ki-briefing ${key}`, JSON.stringify(value)); } catch { /* forbidden, full */ } },
};
const keep = (id, audio, seconds) =>
  memory.set(id, { at: audio.ended || seconds < 5 ? 0 : Math.round(seconds), speed: audio.playbackRate });
const speedOf = (id) => memory.get(id)?.speed ?? memory.get("speed") ?? 1;
const setSpeed = (audio, speed) => { audio.defaultPlaybackRate = audio.playbackRate = speed; };

const act = (name, deed) => { try { navigator.mediaSession?.setActionHandler(name, deed); } catch { /* unknown here */ } };
const announce = (title, artist, picture) => {
  if (!navigator.mediaSession || !window.MediaMetadata) return;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist, artwork: picture ? [{ src: picture }] : [] });
};
const tellPlace = (audio, duration, position) => {
  try {
    navigator.mediaSession?.setPositionState?.({ duration, position: Math.min(position, duration), playbackRate: audio.playbackRate });
  } catch { /* not known yet */ }
};
const copy = async (text, said) => {
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  said.textContent = done ? "Kopiert." : text;
};

for (const button of document.querySelectorAll("button[data-copy]")) {
  show(button);
  button.addEventListener("click", () => copy(button.dataset.copy, button.parentElement.querySelector("output")));
}

(() => {
  const player = document.querySelector(".player");
  if (!player) return;
  const find = (name) => player.querySelector(name);
  const audio = find("audio"), slider = find(".place"), wave = find(".wave"), shape = find(".shape");
  const transcript = document.querySelector(".transcript"), follow = document.querySelector(".follow");
  const sentences = [...document.querySelectorAll(".s")], chapters = [...document.querySelectorAll(".chapters a")];
  const time = (node) => Number(node.dataset.t);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const speeds = [1, 1.25, 1.5, 1.75, 2, 0.75];
  const id = player.dataset.id;
  let sentence = null, chapter = null, wanted = null, begun = false, saved = 0, stopAt = null, sleeping = 0;

  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(slider.max));
  const position = () => wanted ?? audio.currentTime;
  const countBefore = (nodes, seconds) => {
    let low = 0, high = nodes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (time(nodes[middle]) <= seconds + 0.02) low = middle + 1; else high = middle;
    }
    return low;
  };
  const lastBefore = (nodes, seconds) => nodes[countBefore(nodes, seconds) - 1] ?? null;
  // Before a chapter's first sentence there is a pause, which is its own.
  const sentenceAt = (seconds) => {
    const count = countBefore(sentences, seconds), begin = lastBefore(chapters, seconds);
    const late = begin && (count === 0 || time(sentences[count - 1]) < time(begin) - 0.02);
    return (late && sentences[count]) || sentences[count - 1] || null;
  };
  const titleOf = (link) => (link ? link.querySelector(".title").textContent : "");
  const endOfChapter = (seconds) => { const next = chapters[countBefore(chapters, seconds)]; return next ? time(next) : length(); };

  // Before the browser knows the file, a wish to be somewhere is kept until it does.
  const seek = (seconds, play) => {
    const target = Math.max(0, Math.min(seconds, length()));
    begun = true;
    if (stopAt !== null) stopAt = endOfChapter(target);
    if (audio.readyState > 0) { audio.currentTime = target; wanted = null; } else wanted = target;
    if (play) audio.play().catch(() => {});
    update();
  };
  audio.addEventListener("loadedmetadata", () => {
    if (wanted !== null) { audio.currentTime = wanted; wanted = null; }
    update();
  });
  const toggle = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());
  const skip = (nodes, step) => {
    const count = countBefore(nodes, position());
    const back = step < 0 && nodes[count - 1] && position() - time(nodes[count - 1]) > 2 ? 0 : step; // first to its own start
    const to = nodes[count - 1 + back] ?? (step < 0 ? nodes[0] : null);
    if (to) seek(time(to));
  };

  const mark = (old, next) => {
    if (old === next) return next;
    old?.removeAttribute("aria-current");
    next?.setAttribute("aria-current", "true");
    return next;
  };
  const update = () => {
    const seconds = position(), before = sentence;
    wave.style.setProperty("--played", `${(100 * seconds) / length()}%`);
    slider.value = seconds;
    find(".now").textContent = clock(seconds);
    find(".of").textContent = `noch ${clock((length() - seconds) / audio.playbackRate)}`;
    find(".here-time").textContent = clock(seconds);
    sentence = mark(sentence, sentenceAt(seconds));
    chapter = mark(chapter, lastBefore(chapters, seconds));
    const title = titleOf(chapter);
    if (find(".chapter").textContent !== title) find(".chapter").textContent = title;
    slider.setAttribute("aria-valuetext", `${clock(seconds)} von ${clock(length())}${title ? `, ${title}` : ""}`);
    if (sentence && sentence !== before && !audio.paused) scrollTo(sentence);
    if (stopAt !== null && seconds >= stopAt - 0.05 && !audio.paused) { audio.pause(); sleep(""); }
    tellPlace(audio, length(), seconds);
    if (Math.abs(seconds - saved) > 5) save();
  };
  const save = () => { if (begun) keep(id, audio, saved = position()); };
  const state = () => {
    const resume = audio.paused && position() >= 5 && !audio.ended;
    player.classList.toggle("playing", !audio.paused);
    find(".play").setAttribute("aria-label", audio.paused ? (resume ? `Weiter ab ${clock(position())}` : "Abspielen") : "Anhalten");
    update();
    save();
    follow?.classList.toggle("away", !audio.paused && !isFollowing());
  };
  audio.addEventListener("play", () => { begun = true; });
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, state);
  for (const event of ["timeupdate", "seeking", "seeked"]) audio.addEventListener(event, update);
  addEventListener("pagehide", save);

  const report = document.querySelector(".report"), letter = report?.href; // where an error is, is said with it
  report?.addEventListener("click", () => { report.href = letter + encodeURIComponent(clock(position())); });

  // Speed and volume
  const speedButton = find(".speed");
  audio.addEventListener("ratechange", () => {
    const said = decimal(audio.playbackRate);
    speedButton.textContent = `${said}×`;
    speedButton.setAttribute("aria-label", `Tempo: ${said}-fach`);
    update();
  });
  speedButton.addEventListener("click", () => {
    setSpeed(audio, speeds[(speeds.indexOf(audio.playbackRate) + 1) % speeds.length]);
    memory.set("speed", audio.playbackRate);
    begun = true;
    save();
  });
  const volume = find(".volume");
  volume.addEventListener("input", () => { audio.volume = Number(volume.value); audio.muted = false; memory.set("volume", audio.volume); });

  // Controls
  find(".play").addEventListener("click", toggle);
  find(".back").addEventListener("click", () => seek(position() - 15));
  find(".ahead").addEventListener("click", () => seek(position() + 30));
  for (const [name, nodes] of [["chapter", chapters], ["sentence", sentences]]) {
    find(`.previous-${name}`)?.addEventListener("click", () => skip(nodes, -1));
    find(`.next-${name}`)?.addEventListener("click", () => skip(nodes, 1));
  }
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

  // Sleep timer
  const sleep = (choice) => {
    clearTimeout(sleeping);
    stopAt = choice === "chapter" ? endOfChapter(position()) : null;
    if (Number(choice)) sleeping = setTimeout(() => { audio.pause(); sleep(""); }, Number(choice) * 60_000);
    find(".sleep").value = choice;
    player.classList.toggle("sleepy", choice !== "");
  };
  find(".sleep").addEventListener("change", (event) => sleep(event.target.value));

  // Share
  const address = () => {
    const page = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
    return find(".here").checked ? `${page}#t=${Math.floor(position())}` : page;
  };
  find(".copy").addEventListener("click", () => copy(address(), find(".said")));
  if (navigator.share) {
    show(find(".share"));
    find(".share").addEventListener("click", () => navigator.share({ title: player.dataset.title, url: address() }).catch(() => {}));
  }

  // After the end comes the next episode, if that is wanted
  const onward = find(".onward");
  if (onward) {
    onward.checked = memory.get("onward") === true;
    onward.addEventListener("change", () => memory.set("onward", onward.checked));
    audio.addEventListener("ended", () => { if (onward.checked) location.href = `${player.dataset.next}#weiter`; });
  }

  // Text that follows the voice, until the reader scrolls by any means
  let ours = 0; // until when scrolling is our own [ms]
  const isFollowing = () => follow?.getAttribute("aria-pressed") === "true";
  const following = (on) => {
    if (!follow || on === isFollowing()) return;
    follow.setAttribute("aria-pressed", String(on));
    follow.textContent = on ? "Text läuft mit" : "Zurück zur Stimme";
    follow.classList.toggle("away", !on && !audio.paused);
    if (on && sentence) scrollTo(sentence);
  };
  const bring = (node) => {
    const box = node.getBoundingClientRect();
    const top = Math.max(0, player.getBoundingClientRect().bottom) + 16;
    if (box.top >= top && box.bottom <= innerHeight - 64) return;
    ours = performance.now() + 1000;
    scrollBy({ top: box.top - top - (innerHeight - top) / 4, behavior: calm.matches ? "auto" : "smooth" });
  };
  const scrollTo = (node) => { if (isFollowing()) bring(node); };
  const byReader = () => { ours = 0; if (audio.played.length) following(false); };
  for (const event of ["wheel", "touchmove"]) addEventListener(event, byReader, { passive: true });
  addEventListener("scroll", () => {
    if (performance.now() < ours) ours = Math.max(ours, performance.now() + 150); else byReader();
    requestAnimationFrame(view);
  }, { passive: true });
  addEventListener("scrollend", () => { ours = 0; });
  follow?.addEventListener("click", () => following(!isFollowing()));

  // The chapter in view
  const places = chapters.map((link) => sentences[countBefore(sentences, time(link) - 0.04)]);
  const view = () => {
    const line = Math.max(0, player.getBoundingClientRect().bottom) + innerHeight / 4;
    const last = places.findLastIndex((node) => node && node.getBoundingClientRect().top < line);
    chapters.forEach((link, index) => link.classList.toggle("in-view", index === last));
  };

  // A click on a chapter or sentence plays from there; the address keeps the place
  const playFrom = (seconds) => {
    history.replaceState(null, "", `#t=${seconds}`);
    following(true);
    seek(Number(seconds), true);
  };
  document.addEventListener("click", (event) => {
    const node = event.target.closest("[data-t]");
    if (!node || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (node.matches(".s") && String(getSelection())) return; // somebody marks text
    event.preventDefault();
    playFrom(node.dataset.t);
  });

  // For the keyboard and screen readers each paragraph has a button; together they are one tab stop
  const starts = [];
  for (const block of new Set(sentences.map((each) => each.parentElement))) {
    const button = document.createElement("button"), t = block.querySelector(".s").dataset.t;
    Object.assign(button, { type: "button", className: "from", tabIndex: starts.length ? -1 : 0 });
    button.dataset.t = t;
    button.setAttribute("aria-label", `Ab ${clock(t)} hören`);
    block.prepend(button);
    starts.push(button);
  }
  transcript?.addEventListener("keydown", (event) => {
    const at = starts.indexOf(event.target);
    const to = starts[{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: starts.length - 1 }[event.key]];
    if (at < 0 || !to) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });

  // Search in the text
  const search = document.querySelector(".find");
  if (search) {
    const input = search.querySelector("input"), said = search.querySelector("output");
    const steps = [...search.querySelectorAll("button")];
    let hits = [], at = -1;
    const paint = () => {
      for (const each of document.querySelectorAll(".hit")) each.classList.remove("hit");
      if (window.Highlight) {
        CSS.highlights.set("hit", new Highlight(...hits));
        CSS.highlights.set("hit-now", new Highlight(...hits.slice(at, at + 1)));
      } else for (const each of hits) each.startContainer.parentElement.classList.add("hit");
      said.textContent = input.value.trim().length < 2 ? "" : hits.length ? `${at + 1} von ${hits.length}` : "nichts gefunden";
      for (const each of steps) each.hidden = hits.length < 2;
    };
    const go = (to) => {
      if (!hits.length) return;
      at = (to + hits.length) % hits.length;
      following(false);
      bring(hits[at].startContainer.parentElement);
      paint();
    };
    input.addEventListener("input", () => {
      hits = [];
      const pattern = input.value.trim().length > 1 ? new RegExp(escaped(input.value), "giu") : null;
      for (const each of pattern ? sentences : []) {
        for (const found of each.textContent.matchAll(pattern)) {
          const range = new Range();
          range.setStart(each.firstChild, found.index);
          range.setEnd(each.firstChild, found.index + found[0].length);
          hits.push(range);
        }
      }
      at = -1;
      paint();
      go(0);
    });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") go(at + (event.shiftKey ? -1 : 1)); });
    steps[0].addEventListener("click", () => go(at - 1));
    steps[1].addEventListener("click", () => go(at + 1));
    show(search);
  }

  // Keys, unless somebody types, or does not want them
  const help = find(".keys"), shortcuts = find(".shortcuts");
  shortcuts.checked = memory.get("keys") !== false;
  shortcuts.addEventListener("change", () => memory.set("keys", shortcuts.checked));
  find(".help").addEventListener("click", () => help.showModal());
  find(".close").addEventListener("click", () => help.close());
  const keys = {
    " ": toggle, k: toggle, j: () => seek(position() - 15), l: () => seek(position() + 30),
    ArrowLeft: () => seek(position() - 5), ArrowRight: () => seek(position() + 5),
    p: () => skip(chapters, -1), n: () => skip(chapters, 1), ",": () => skip(sentences, -1), ".": () => skip(sentences, 1),
    m: () => { audio.muted = !audio.muted; }, "?": () => help.showModal(),
  };
  addEventListener("keydown", (event) => {
    if (/^(Page|Home|End|Arrow[UD]| $)/.test(event.key)) ours = 0; // what scrolls now, the reader scrolls
    const deed = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && event.key !== "?") return;
    if (!shortcuts.checked || event.target.closest("input:not([type=range], [type=checkbox]), select, textarea, [contenteditable], dialog")) return;
    if (event.key === " " && event.target.closest("button, a, summary, [type=checkbox]")) return;
    if (event.key.startsWith("Arrow") && event.target.closest("input")) return;
    event.preventDefault();
    deed();
  });

  // Links that survive: #t=83, #t=83.5, #t=1:23
  const place = () => {
    const found = /^#t=((?:\d+:){0,2}\d+(?:\.\d+)?)$/.exec(location.hash);
    return found && found[1].split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  };
  const jump = (play) => {
    const seconds = place();
    if (seconds === null) return false;
    seek(seconds, play);
    if (sentence) scrollTo(sentence);
    return true;
  };
  addEventListener("hashchange", () => jump(true));

  announce(player.dataset.title, player.dataset.artist, document.querySelector(".cover")?.src);
  act("play", () => audio.play());
  act("pause", () => audio.pause());
  act("seekbackward", (details) => seek(position() - (details.seekOffset ?? 15)));
  act("seekforward", (details) => seek(position() + (details.seekOffset ?? 30)));
  act("seekto", (details) => seek(details.seekTime));
  if (chapters.length) {
    act("previoustrack", () => skip(chapters, -1));
    act("nexttrack", () => skip(chapters, 1));
  }

  const fill = document.createElement("div");
  fill.className = "fill";
  wave.prepend(fill);
  wave.classList.toggle("flat", !shape);
  if (shape) fill.style.maskImage = fill.style.webkitMaskImage = `url("${shape.src}")`;
  audio.removeAttribute("controls");
  player.classList.add("ready");
  show(slider, find(".controls"), follow, document.querySelector(".hint"));
  setSpeed(audio, speedOf(id));
  volume.value = audio.volume = memory.get("volume") ?? 1;
  if (!jump(false)) {
    const at = memory.get(id)?.at ?? 0;
    if (at > 0 && at < length() - 5) seek(at);
  }
  if (location.hash === "#weiter") audio.play().catch(() => {});
  state();
})();
