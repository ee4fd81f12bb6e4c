// For a newsroom's own page: the player above the article, and a button at each paragraph that plays from there.
//   <script src="https://podcast.example.org/artikel.js" async></script>
// No cookies, no foreign hosts, no sound loaded before somebody listens; nothing happens where there is no episode.
// data-episode="<slug>" names the episode; <div data-ki-briefing></div> says where the player goes.
"use strict";
(() => {
  const tag = document.currentScript;
  if (!tag?.src || window.kiBriefing) return;
  window.kiBriefing = true;
  const OURS = "ki-briefing", at = (path) => new URL(path, tag.src), find = (selector) => document.querySelector(selector);
  const load = async (path) => {
    const answer = await fetch(at(path), { credentials: "omit", referrerPolicy: "no-referrer" });
    return answer.ok ? answer.json() : null;
  };

  // Which episode: as same_page in base/web.py; a test compares both
  const COUNTS = /^(?:(?:utm|mtm|pk|piwik|matomo|at|hsa|vero|oly|wt)_.*|wt(?:_|\.)?z?mc|wtrid|xtor|[a-z]{1,3}clid|gbraid|wbraid|igshid|igsh|mc_[ce]id|cmpid|icid|ocid|ref|referrer|share|smid|sfnsn|_ga|_gl)$/i;
  const samePage = (address) => {
    const url = new URL(address, location.href);
    const asked = [...url.searchParams].filter(([name]) => !COUNTS.test(name)).sort((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1));
    const query = asked.length ? `?${new URLSearchParams(asked)}`.replace(/\*/g, "%2A") : "";
    const path = url.pathname.replace(/[^\w!$%&'()*+,\-./:;=?@~]/g, encodeURIComponent).replace(/\/+$/, "") + query;
    return url.host.replace(/^www\.|:(80|443)$/g, "") + path.replace(/%[\da-f]{2}/gi, (escape) => {
      const sign = String.fromCharCode(`0x${escape.slice(1)}`);
      return /[\w.~-]/.test(sign) ? sign : escape.toUpperCase();
    });
  };
  const findEpisode = async () => {
    if (tag.dataset.episode) return tag.dataset.episode;
    const named = [find("link[rel~=canonical]")?.href, find("meta[property='og:url']")?.content, location.href];
    for (const page of new Set(named.filter(Boolean).map(samePage))) {
      const digest = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(page)));
      const found = await load(`artikel-${digest.getBigUint64(0).toString(16).padStart(16, "0")}.json`);
      if (found) return found.episode;
    }
    return null;
  };

  // Runs of text: what a reader sees as a paragraph, heading, item; also what stands between empty lines
  const split = (text) => { // into words and pairs of words
    const list = text.replace(/[\u00ad\u200b-\u200d\u2060]/g, "").normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return [...list, ...list.slice(1).map((word, index) => `${list[index]} ${word}`)];
  };
  const UNREAD = "nav,aside,footer,form,button,select,textarea,script,style,noscript,template,iframe,svg,[hidden],[aria-hidden=true]";
  const findRuns = () => {
    const walker = document.createTreeWalker(document.body, 5, (node) => // elements and texts; 2 leaves out, 1 takes
      (node.data === undefined ? node.matches(UNREAD) : !node.data.trim()) ? 2 : 1);
    const runs = [];
    for (let node, block, breaks = 0; (node = walker.nextNode()); ) {
      if (node.data === undefined) { breaks += node.tagName === "BR"; continue; }
      let around = node.parentElement;
      while (around !== document.body && /^(inline|contents|ruby)/.test(getComputedStyle(around).display)) around = around.parentElement;
      if (around !== block || breaks > 1) runs.push({ block: around, nodes: [] });
      [block, breaks] = [around, 0];
      runs.at(-1).nodes.push(node);
    }
    const linked = (node) => node.parentElement.closest("a"); // what is nothing but a link leads to another article
    return runs.filter(({ block, nodes }) => !nodes.every(linked) && block.getClientRects().length).map((run, index) => {
      const list = split(run.nodes.map((node) => node.data).join(" "));
      return { ...run, index, text: String(list), parts: new Set(list) };
    });
  };

  // The runs in which a sentence may stand: most of it does, or it is most of them; nearly so if it is not of the text
  const findPlaces = (body, runs, own) => {
    const list = split(body), short = list.length < 6;
    return runs.flatMap((run) => {
      const common = list.filter((each) => run.parts.has(each)).length, held = common / list.length;
      const alike = (2 * common) / (list.length + run.parts.size), alone = alike > (own ? 0.65 : 0.8);
      return alone || held > (own && !short ? 0.55 : 0.99) ? { run, score: held + alike / 5, follows: short && !alone } : [];
    });
  };
  // Where the article stands: around most of what is said; a box elsewhere may repeat some of it
  const findArticle = (places) => {
    const count = (node) => places.filter((of) => of.some(({ run }) => node.contains(run.block))).length;
    const all = count(document.body);
    const last = (selector, part) => [...document.querySelectorAll(selector)].findLast((node) => count(node) >= part * all);
    return last("article,main", 0.6) ?? last("*", 1);
  };
  // Each run with its sentences from first to last. What is said before the text too (headline, key point) does not begin
  // it; a run that the page repeats has a button each time
  const findMarks = (segments, every, outside) => {
    const isOwn = segments.map(({ startTime }) => !outside.includes(startTime));
    const places = segments.map(({ body }, index) => findPlaces(body, every, isOwn[index]));
    const article = findArticle(places), groups = Object.create(null);
    const runs = every.filter(({ block }) => article.contains(block) || block.closest("h1"));
    let last = -1;
    places.forEach((of, index) => {
      let run, most = 0;
      for (const { run: each, score, follows } of of) {
        const near = score - Math.abs(each.index - last - 0.5) / 1e5;
        if (near > most && runs.includes(each) && !(follows && each.index !== last)) [run, most] = [each, near];
      }
      if (!run) return;
      last = run.index;
      const own = isOwn[index], known = (groups[run.text] ??= []);
      if (known.at(-1)?.run !== run || index - known.at(-1).last > 3) known.push({ run, first: index, own, size: 0 });
      const group = known.at(-1);
      if (own > group.own) [group.first, group.own] = [index, own];
      group.last = index;
      group.size += segments[index].body.length;
    });
    return runs.flatMap((run) => {
      const known = groups[run.text] ?? [], here = known.filter((group) => group.run === run);
      const best = (here[0] ? here : known).sort((a, b) => a.size - b.size).at(-1);
      return best ? { ...best, run } : [];
    });
  };

  // What is seen
  const make = (name, values = {}, ...children) => {
    const node = /^(svg|path)$/.test(name) ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  };
  const button = (label, kind, ...children) => make("button", { type: "button", class: kind, "aria-label": label }, ...children);
  const icon = (path) => make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: path }));
  const PLAY = "M8 5v14l11-7z", PAUSE = "M7 5h4v14H7zm6 0h4v14h-4z";
  const sheet = (rules) => {
    const made = new CSSStyleSheet(); // policies forbid elements
    made.replaceSync(rules);
    return made;
  };
  const inside = (host, rules, ...children) => {
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet(`button{font:600 14px/1 system-ui,sans-serif;color:inherit;background:none;border:0;padding:0;cursor:pointer;border-radius:50%;display:inline-grid;place-items:center}
svg{fill:currentColor}:focus-visible{outline:3px solid;outline-offset:2px}@media print{:host{display:none!important}}${rules}`)];
    root.append(...children);
    return host;
  };
  const BAR = `:host{display:block;margin:1.2em 0}[hidden]{display:none!important}
.bar{--paper:#fff;--ink:#1b1d21;--soft:#555b65;--line:#cfccc5;--accent:#0b5a8f;--on:#fff;font:15px/1.4 system-ui,sans-serif;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:10px 12px;text-align:left}
@media(prefers-color-scheme:dark){.bar{--paper:#1d2026;--ink:#eceae5;--soft:#a9afb9;--line:#454b55;--accent:#86c5f4;--on:#10202c}}
.stuck{position:fixed;inset:auto 0 0;z-index:99999;border-radius:0;border-width:1px 0 0;padding-bottom:max(10px,env(safe-area-inset-bottom))}
.row,.note{max-width:60rem;margin:0 auto}.row{display:flex;align-items:center;gap:6px}.where{flex:1;min-width:0}
button{min-width:44px;height:44px}svg{width:26px}.play{background:var(--accent);color:var(--on)}
.title{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}input{width:100%;margin:4px 0 0;height:20px;accent-color:var(--accent)}
.time,.note{font-size:13px;color:var(--soft);font-variant-numeric:tabular-nums}.note{padding-top:6px}.label{border:1px solid;border-radius:4px;padding:0 5px;font-weight:600}a{color:var(--accent)}
@media(max-width:34rem){.skip,.time{display:none}}`;
  const MARK = `:host{display:inline!important}button{width:24px;height:24px;margin-inline-end:.35em;vertical-align:middle;opacity:.65;box-shadow:inset 0 0 0 1.5px}
svg{width:14px}button:hover,:focus-visible,.now{opacity:1}`;
  const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19).replace(/^0(0:0?)?/, "");

  const makePlayer = (slug, episode, place) => {
    const audio = make("audio", { preload: "none", src: at(episode.audio) });
    const play = button("", "play"), speed = button("Tempo: 1-fach", "speed", "1×"), close = button("Anhalten und schließen", "close", "✕");
    const back = button("15 Sekunden zurück", "skip", "−15"), ahead = button("30 Sekunden vor", "skip", "+30");
    const slider = make("input", { type: "range", max: episode.seconds, value: 0, "aria-label": "Stelle" });
    const title = make("div", { class: "title" }), time = make("span", { class: "time" });
    const note = make("div", { class: "note", role: "status" }, make("span", { class: "label" }, "KI-Stimme"), ` ${episode.notice} `, make("a", { href: at(episode.page) }, "Zur Folge"));
    const row = make("div", { class: "row" }, play, back, ahead, make("div", { class: "where" }, title, slider), time, speed, close);
    const bar = make("div", { class: "bar", role: "region", "aria-label": `Artikel anhören: ${episode.podcast}` }, row, note, audio);
    inside(place, BAR, bar);
    const memory = (deed) => { try { return deed(localStorage); } catch { return null; } }; // may be forbidden here
    const key = `${OURS} ${slug}`, speeds = [1, 1.25, 1.5, 1.75, 2, 0.75], watchers = [];
    let wanted = Number(memory((store) => store.getItem(key))) % episode.seconds || 0, seen = true, begun = false;
    const position = () => wanted ?? audio.currentTime;

    const show = () => {
      const seconds = position(), text = `${clock(seconds)} / ${clock(episode.seconds)}`;
      slider.value = seconds;
      slider.ariaValueText = text.replace("/", "von");
      time.textContent = text;
      const label = !audio.paused ? "Anhalten" : seconds >= 1 ? `Weiter ab ${clock(seconds)}` : "Artikel anhören";
      if (play.ariaLabel !== label) {
        play.ariaLabel = label;
        play.replaceChildren(icon(audio.paused ? PLAY : PAUSE));
        title.textContent = audio.paused ? label : episode.title;
      }
      const stuck = begun && !seen; // at the bottom, until it is closed
      if (stuck === close.hidden) {
        place.style.minHeight = stuck ? `${place.offsetHeight}px` : "";
        bar.classList.toggle("stuck", stuck);
      }
      close.hidden = !stuck;
      for (const watch of watchers) watch(seconds, !audio.paused);
    };
    const seek = (seconds, start) => {
      const target = Math.max(0, Math.min(seconds, episode.seconds));
      if (audio.readyState) [audio.currentTime, wanted] = [target, null]; else wanted = target; // until the file is known
      if (start) audio.play().catch(() => {}); // an error has its event
      show();
    };
    const on = (node, event, deed) => node.addEventListener(event, deed);
    on(audio, "loadedmetadata", () => seek(position()));
    for (const event of ["pause", "seeked", "timeupdate"]) on(audio, event, show);
    on(audio, "play", () => { begun = true; show(); });
    on(audio, "timeupdate", () => memory((store) => store.setItem(key, Math.floor(position()))));
    on(audio, "ended", () => { begun = false; memory((store) => store.removeItem(key)); show(); });
    on(audio, "error", () => { note.textContent = "Die Folge kann gerade nicht abgespielt werden."; });
    on(play, "click", () => (audio.paused ? seek(position(), true) : audio.pause()));
    on(back, "click", () => seek(position() - 15));
    on(ahead, "click", () => seek(position() + 30));
    on(slider, "input", () => seek(Number(slider.value)));
    on(close, "click", () => { audio.pause(); begun = false; show(); });
    on(speed, "click", () => {
      audio.playbackRate = audio.defaultPlaybackRate = speeds[(speeds.indexOf(audio.playbackRate) + 1) % speeds.length];
      const rate = String(audio.playbackRate).replace(".", ",");
      speed.textContent = `${rate}×`;
      speed.ariaLabel = `Tempo: ${rate}-fach`;
    });
    new IntersectionObserver(([entry]) => { seen = entry.isIntersecting; show(); }).observe(place);
    return { seek, show, watch: (watcher) => watchers.push(watcher) };
  };

  // A button where each run begins, and a light behind the run that is being read
  const putMarks = (player, marks, segments) => {
    const light = CSS.highlights && new Highlight();
    if (light) {
      CSS.highlights.set(OURS, light);
      document.adoptedStyleSheets.push(sheet(`@media screen{::highlight(${OURS}){background-color:rgb(255 190 0/.25)}}`));
    }
    for (const mark of marks) {
      const [first] = mark.run.nodes;
      mark.button = button(`Ab hier anhören: ${first.data.trim().split(/\s+/, 5).join(" ")} …`, "mark", icon(PLAY));
      mark.button.addEventListener("click", () => player.seek(segments[mark.first].startTime, true));
      (first.parentElement.closest("a") ?? first).before(inside(make("span", { class: OURS }), MARK, mark.button));
    }
    let current;
    player.watch((seconds, playing) => {
      const index = segments.findLastIndex(({ startTime }) => startTime <= seconds + 0.05);
      const now = playing ? marks.find(({ first, last }) => first <= index && index <= last) : current;
      if (now === current) return;
      current?.button.classList.remove("now");
      now?.button.classList.add("now");
      light?.clear();
      current = now;
      if (!now) return;
      const range = new Range();
      range.setStartBefore(now.run.nodes[0]);
      range.setEndAfter(now.run.nodes.at(-1));
      light?.add(range);
    });
  };

  const begin = async () => {
    const slug = await findEpisode();
    const episode = /^[a-z0-9-]+$/.test(slug ?? "") ? await load(`${slug}/embed/artikel.json`) : null;
    if (!episode && tag.dataset.episode) console.warn(`${OURS}: no episode ${slug}`);
    if (!episode) return;
    const segments = ((episode.transcript && (await load(episode.transcript)))?.segments ?? []).filter(({ body }) => body);
    const marks = findMarks(segments, findRuns(), episode.outside ?? []), given = find("[data-ki-briefing]");
    if (!marks.length && !given) return;
    const place = make("div", { class: OURS });
    if (given) given.append(place);
    else {
      const { block } = (marks.find(({ run }) => run.block.tagName !== "H1") ?? marks[0]).run;
      (block.closest("ul,ol,dl,blockquote,table") ?? block).before(place);
    }
    const player = makePlayer(slug, episode, place);
    putMarks(player, marks, segments);
    player.show();
  };
  const start = () => begin().catch((error) => console.warn(`${OURS}: ${error.message} (policy of this page? CORS?)`));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start); else start();
})();
