/* Opens and closes branches that htmx has fetched. Without script, the same links open the branch on a new page. */
(function () {
  "use strict";
  document.addEventListener("htmx:afterSwap", function (event) {
    var turn = document.querySelector('.turn[aria-controls="' + event.detail.target.id + '"]');
    if (turn) { turn.setAttribute("aria-expanded", "true"); }
  });
  document.addEventListener("click", function (event) {
    var turn = event.target.closest(".turn");
    if (!turn || event.metaKey || event.ctrlKey) { return; }
    var below = document.getElementById(turn.getAttribute("aria-controls"));
    if (!below || !below.firstElementChild) { return; }
    event.preventDefault();
    below.hidden = !below.hidden;
    turn.setAttribute("aria-expanded", below.hidden ? "false" : "true");
  });
}());
