// Keeps answers as they are given, shows questions as they begin to apply, counts what is answered. Nothing depends on it.
(() => {
  "use strict";
  const form = document.querySelector("form[method=post]");
  if (!form) return;
  const compare = {"==": (a, b) => a === b, "!=": (a, b) => a !== b, "<": (a, b) => a < b, "<=": (a, b) => a <= b,
    ">": (a, b) => a > b, ">=": (a, b) => a >= b};
  const label = document.querySelector("[data-progress]"), bar = document.getElementById("done");
  const ruled = [...form.querySelectorAll("[data-rule]")].map(place => ({place, rule: JSON.parse(place.dataset.rule)}));

  const code = name => {
    const field = form.elements[name];
    if (!field) return null;
    const place = (field[0] || field).closest(".q");
    if (place.hidden || field.value === "" || Number.isNaN(Number(field.value))) return null;
    return Math.trunc(Number(field.value));
  };
  const holds = ([name, sign, wanted]) => { const found = code(name); return found !== null && compare[sign](found, wanted); };
  const show = () => ruled.forEach(({place, rule}) => {
    place.hidden = !(rule.every ? rule.terms.every(holds) : rule.terms.some(holds));
    place.querySelector("[name=_seen]").disabled = place.hidden;
  });
  const isAnswered = place => [...place.querySelectorAll("input,select,textarea")].some(
    field => field.type !== "hidden" && (/radio|checkbox/.test(field.type) ? field.checked : field.value.trim() !== ""));
  const tongue = document.documentElement.lang;
  let state = "";
  const count = () => {
    const shown = [...form.querySelectorAll(".q")].filter(place => !place.hidden);
    const done = shown.filter(isAnswered).length;
    const digits = new Intl.NumberFormat(tongue + (/^(ar|ckb)/.test(tongue) ? "-u-nu-arab" : /^(fa|ur)/.test(tongue) ? "-u-nu-arabext" : ""),
      {useGrouping: false});
    label.textContent = label.dataset.progress.replace("%(done)s", digits.format(done))
      .replace("%(count)s", digits.format(shown.length)) + " " + state;
    bar.max = shown.length; bar.value = done;
  };

  let timer = 0, sending = false, again = false;
  const keep = async () => {
    if (sending) { again = true; return; }
    sending = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("_do", "keep");
    try {
      const answer = await fetch(location.href, {method: "POST", body, redirect: "error"});
      state = answer.status === 204 ? label.dataset.saved : answer.status === 422 ? "" : label.dataset.unsaved;
    } catch { state = label.dataset.unsaved; }
    sending = false;
    count();
    if (again) { again = false; keep(); }
  };
  const changed = () => {
    show(); state = ""; count();
    if ("saves" in form.dataset) { clearTimeout(timer); timer = setTimeout(keep, 1200); }
  };
  form.addEventListener("change", changed);
  form.addEventListener("input", event => { if (event.target.matches("textarea,input[type=number],input[type=text]")) changed(); });
  form.addEventListener("submit", () => { clearTimeout(timer); });
  const wrong = document.getElementById("wrong");
  if (wrong) wrong.focus();
  if (document.body.classList.contains("kiosk")) {
    let idle = 0;
    const wait = () => { clearTimeout(idle); idle = setTimeout(() => location.replace(location.pathname), 90000); };
    ["pointerdown", "keydown", "scroll"].forEach(name => addEventListener(name, wait, {passive: true}));
    wait();
  }
  show(); count();
})();
