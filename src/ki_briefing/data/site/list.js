// The list of episodes: its triangles play, and an archive can be searched. It builds on what player.js begins with.
"use strict";
{
  const audio = new Audio();
  let button = null, saved = 0;
  const id = () => button.dataset.id;
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(button.dataset.seconds));
  const state = () => {
    button.classList.toggle("playing", !audio.paused);
    button.setAttribute("aria-label", `${audio.paused ? "Abspielen" : "Anhalten"}: ${button.dataset.title}`);
  };
  const place = () => {
    button.parentElement.querySelector(".left").textContent = ` · noch ${clock((length() - audio.currentTime) / audio.playbackRate)}`;
    tellPlace(audio, length(), audio.currentTime);
    if (audio.paused || Math.abs(audio.currentTime - saved) > 5) keep(id(), audio, saved = audio.currentTime);
  };
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, () => { state(); place(); });
  audio.addEventListener("timeupdate", place);
  audio.addEventListener("error", () => { state(); button.parentElement.querySelector(".left").textContent = " · nicht erreichbar"; });
  addEventListener("pagehide", () => { if (button) keep(id(), audio, audio.currentTime); });
  for (const each of document.querySelectorAll(".listen")) {
    show(each);
    each.addEventListener("click", () => {
      if (button !== each) {
        if (button) { audio.pause(); state(); keep(id(), audio, audio.currentTime); }
        button = each;
        audio.src = each.dataset.audio;
        setSpeed(audio, speedOf(id()));
        audio.currentTime = memory.get(id())?.at ?? 0;
        announce(each.dataset.title, document.title, each.parentElement.querySelector("img")?.src);
        act("seekbackward", () => { audio.currentTime -= 15; });
        act("seekforward", () => { audio.currentTime += 30; });
      }
      if (audio.paused) audio.play().catch(() => {}); else audio.pause();
      state();
    });
  }
}

// All episodes by words and year, from the indexes of the years, which are loaded when somebody searches
const archive = document.querySelector(".archive");
if (archive) {
  const words = archive.querySelector("input"), year = archive.querySelector("select"), said = archive.querySelector("output");
  const found = document.querySelector(".found"), rest = document.querySelectorAll(".episodes, .beside");
  const years = [...year.options].map(({ value }) => value).filter(Boolean), indexes = new Map();
  const load = (name) => {
    if (!indexes.has(name)) indexes.set(name, fetch(archive.dataset.index.replace("{}", name)).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer))));
    return indexes.get(name);
  };
  let looks = 0;
  const look = async () => {
    const wanted = words.value.trim(), current = ++looks;
    const active = wanted !== "" || year.value !== "";
    if (active) {
      let rows;
      try { rows = (await Promise.all((year.value ? [year.value] : years).map(load))).flat(); } catch { indexes.clear(); said.textContent = "Die Suche ist gerade nicht erreichbar."; return; }
      if (current !== looks) return; // somebody typed on meanwhile
      const patterns = wanted.split(/\s+/).map((each) => new RegExp(escaped(each), "iu"));
      const hits = rows.filter(([title]) => patterns.every((each) => each.test(title)));
      said.textContent = hits.length === 1 ? "1 Folge" : `${hits.length} Folgen`;
      found.replaceChildren(...hits.slice(0, 400).map(([title, date, link]) => {
        const item = document.createElement("li"), day = document.createElement("time");
        const name = document.createElement(link ? "a" : "span");
        day.dateTime = date;
        day.textContent = new Date(`${date}T12:00`).toLocaleDateString("de-DE", { day: "numeric", month: "long", year: "numeric" });
        name.textContent = title;
        if (link) name.href = link;
        item.append(day, " ", name);
        return item;
      }));
    } else said.textContent = "";
    found.hidden = !active;
    for (const node of rest) node.hidden = active;
  };
  archive.addEventListener("input", look);
  archive.addEventListener("change", look);
  show(archive);
}
