// Draws what is foreseen while it is given, with a slider beside each number. Nothing depends on it.
(() => {
  "use strict";
  const SPACE = "http://www.w3.org/2000/svg", WIDTH = 330, LEFT = 14, RIGHT = 316;
  const drawn = (name, values, parent) => {
    const made = document.createElementNS(SPACE, name);
    Object.entries(values).forEach(([key, value]) => made.setAttribute(key, value));
    parent.append(made);
    return made;
  };
  document.querySelectorAll("[data-foresee]").forEach(place => {
    const floor = Number(place.dataset.floor), ceiling = Number(place.dataset.ceiling);
    const named = start => place.querySelector(`input[type=number][name^=${start}]`);
    const value = named("value") || named("self"), low = named("low"), high = named("high");
    const at = number => LEFT + (number - floor) / (ceiling - floor) * (RIGHT - LEFT);
    const picture = document.createElementNS(SPACE, "svg");
    picture.setAttribute("class", "ch");
    picture.setAttribute("viewBox", `0 0 ${WIDTH} 56`);
    picture.setAttribute("aria-hidden", "true");
    const ends = ceiling - floor <= 10 ? Array.from({length: Math.round(ceiling - floor) + 1}, (_, step) => floor + step)
      : [0, 1, 2, 3, 4].map(step => floor + step * (ceiling - floor) / 4);
    const grid = drawn("g", {class: "gl"}, picture);
    ends.forEach(end => {
      drawn("line", {x1: at(end), x2: at(end), y1: 2, y2: 34}, grid);
      drawn("text", {x: at(end), y: 52, "text-anchor": "middle"}, picture).textContent = String(end);
    });
    const range = drawn("line", {class: "guess-r", y1: 18, y2: 18}, picture);
    const diamond = drawn("path", {class: "guess"}, picture);
    const number = field => field && field.value !== "" ? Number(field.value) : NaN;
    const draw = () => {
      const [middle, from, to] = [number(value), number(low), number(high)];
      diamond.setAttribute("d", Number.isNaN(middle) ? "" : `M${at(middle)} 10l8 8l-8 8l-8 -8Z`);
      const both = !Number.isNaN(from) && !Number.isNaN(to);
      range.setAttribute("x1", both ? at(from) : 0);
      range.setAttribute("x2", both ? at(to) : 0);
    };
    [value, low, high].filter(Boolean).forEach(field => {
      const slider = document.createElement("input"), label = document.querySelector(`label[for="${field.id}"]`);
      slider.type = "range";
      slider.min = floor;
      slider.max = ceiling;
      slider.step = place.dataset.step;
      slider.value = field.value || (floor + ceiling) / 2;
      slider.setAttribute("aria-label", label ? label.textContent : field.name);
      slider.addEventListener("input", () => { field.value = slider.value; draw(); });
      field.addEventListener("input", () => { if (field.value !== "") slider.value = field.value; draw(); });
      field.after(slider);
    });
    place.querySelector(".foresee-fields").before(picture);
    draw();
  });
})();
