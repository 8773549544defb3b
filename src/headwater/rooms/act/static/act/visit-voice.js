// Writes down what is said, where the browser can do that on this device. Sound goes to no server: recognition that
// would run elsewhere is never started, and nothing of the sound is kept. What was heard stands in the field, to change.
(() => {
  "use strict";
  const box = document.getElementById("voice");
  if (!box) return;
  const words = box.dataset, agreed = document.getElementById("v-agreed"), spoken = document.getElementById("v-lang");
  const state = document.getElementById("v-state"), load = document.getElementById("v-load");
  const say = text => { state.textContent = text; };
  const Recogniser = window.SpeechRecognition || window.webkitSpeechRecognition;
  // Only a browser that knows both can promise that nothing leaves the device.
  const canPromise = () => Recogniser && typeof Recogniser.available === "function" && "processLocally" in Recogniser.prototype;
  const absent = why => { box.querySelectorAll("[data-with]").forEach(one => { one.hidden = true; }); box.hidden = false; say(why); };

  // The page's language and those the browser is set to; a region is needed by most browsers.
  const REGIONS = {en: "en-US", es: "es-ES", fr: "fr-FR", de: "de-DE", it: "it-IT", pt: "pt-BR", ja: "ja-JP", ko: "ko-KR", zh: "zh-CN", hi: "hi-IN", ar: "ar-EG"};
  const page = document.documentElement.lang || "en", base = tag => tag.split("-")[0].toLowerCase();
  const mine = [...(navigator.languages || [])];
  const wanted = [...new Set([...mine.filter(one => base(one) === base(page)), page, REGIONS[base(page)], ...mine])]
    .filter(one => one && one.includes("-") || one && !REGIONS[base(one)]).slice(0, 6);
  const standing = async tag => {
    try { return await Recogniser.available({langs: [tag], processLocally: true}); } catch { return "unavailable"; }
  };
  const called = tag => { try { return new Intl.DisplayNames([page], {type: "language"}).of(tag); } catch { return tag; } };

  const ways = new Map();
  let hearing = null;
  const stop = () => { if (hearing) hearing.stop(); };
  const add = (field, heard) => {
    const room = (field.maxLength > 0 ? field.maxLength : Infinity) - field.value.length;
    const gap = field.value && !/\s$/.test(field.value) ? " " : "", text = gap + heard.trim();
    if (!heard.trim()) return true;
    field.value += text.slice(0, Math.max(room, 0));
    field.dispatchEvent(new Event("input", {bubbles: true}));
    return text.length <= room;
  };
  const REASONS = {"not-allowed": words.notAllowed, "audio-capture": words.noMicrophone, "no-speech": words.nothingHeard};

  // One hearing at a time, into one field. What was heard so far is kept however it ends.
  const hear = (field, button) => {
    const recognition = new Recogniser();
    recognition.processLocally = true;
    if (recognition.processLocally !== true) { absent(words.cannot); return; }
    recognition.lang = spoken.value;
    recognition.continuous = true;
    recognition.interimResults = true;
    let open = "", why = "", isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      if (!add(field, open)) why = words.full;
      open = "";
      hearing = null;
      button.setAttribute("aria-pressed", "false");
      button.textContent = words.speak;
      say(why || words.check);
    };
    const one = hearing = {stop: () => { end(); try { recognition.abort(); } catch { /* it had ended */ } }};
    recognition.onresult = event => {
      if (isOver) return;
      open = "";
      for (let at = event.resultIndex; at < event.results.length; at++) {
        const heard = event.results[at][0].transcript;
        if (!event.results[at].isFinal) open += heard;
        else if (!add(field, heard)) { why = words.full; open = ""; one.stop(); return; }
      }
      say(open ? `${words.hears} ${open}` : words.hears);
    };
    recognition.onerror = event => { if (event.error !== "aborted") why = REASONS[event.error] || words.failed; };
    recognition.onend = end;
    try { recognition.start(); } catch { why = words.failed; end(); return; }
    button.setAttribute("aria-pressed", "true");
    button.textContent = words.stop;
    say(words.hears);
  };

  const fields = [...document.querySelectorAll(".visit-go form[data-kind] textarea")];
  const buttons = fields.map(field => {
    const button = document.createElement("button"), line = document.createElement("p");
    button.type = "button";
    button.className = "btn quiet speak";
    button.textContent = words.speak;
    button.setAttribute("aria-pressed", "false");
    const label = document.querySelector(`label[for="${field.id}"]`);
    label.id = label.id || `${field.id}-label`;
    button.id = `${field.id}-speak`;
    button.setAttribute("aria-labelledby", `${button.id} ${label.id}`);
    button.addEventListener("click", () => {
      const isOwn = button.getAttribute("aria-pressed") === "true";
      stop();
      if (!isOwn) hear(field, button);
    });
    line.className = "row";
    line.hidden = true;
    line.append(button);
    field.after(line);
    return line;
  });
  const show = () => {
    const isReady = ways.get(spoken.value) === "available";
    load.parentElement.hidden = isReady;
    buttons.forEach(line => { line.hidden = !(isReady && agreed.checked); });
    if (!agreed.checked) stop();
    say(isReady ? agreed.checked ? words.ready : "" : words.toLoad);
  };
  agreed.addEventListener("change", show);
  spoken.addEventListener("change", () => { stop(); show(); });
  load.addEventListener("click", async () => {
    load.disabled = true;
    say(words.loading);
    let isDone = false;
    try { isDone = await Recogniser.install({langs: [spoken.value], processLocally: true}); } catch { isDone = false; }
    load.disabled = false;
    if (isDone) ways.set(spoken.value, await standing(spoken.value));
    show();
    if (ways.get(spoken.value) !== "available") say(words.notLoaded);
  });
  // Before a form is kept and emptied, and whenever nobody looks at the page, hearing ends.
  document.addEventListener("submit", stop, true);
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); });
  addEventListener("pagehide", stop);

  (async () => {
    if (!canPromise()) { absent(words.cannot); return; }
    for (const tag of wanted) {
      const found = await standing(tag);
      if (found === "available" || ["downloadable", "downloading"].includes(found) && typeof Recogniser.install === "function") ways.set(tag, found);
    }
    if (!ways.size) { absent(words.cannot); return; }
    const listed = [...ways.keys()].sort((one, other) => (ways.get(other) === "available") - (ways.get(one) === "available"));
    spoken.append(...listed.map(tag => new Option(called(tag), tag)));
    spoken.closest(".field").hidden = listed.length < 2;
    box.hidden = false;
    show();
  })();
})();
