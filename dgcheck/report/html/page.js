// The page is whole without this: it copies, opens folds and follows links into them.
(function () {
  "use strict";
  var said = document.querySelector(".said");
  var buttons = document.querySelectorAll("button");
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function tell(button, text) {
    said.textContent = text;
    var before = button.getAttribute("data-name") || button.textContent;
    button.setAttribute("data-name", before);
    button.textContent = text;
    clearTimeout(button.timer);
    button.timer = setTimeout(function () { button.textContent = before; said.textContent = ""; }, 1600);
  }
  function byHand(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "unseen";
    document.body.appendChild(area);
    area.select();
    var done = false;
    try { done = document.execCommand("copy"); } catch (error) { done = false; }
    area.remove();
    return done;
  }
  function copy(button, text) {
    function end(done) { tell(button, done ? "Copied" : "Not allowed here"); button.focus(); }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { end(true); }, function () { end(byHand(text)); });
    } else { end(byHand(text)); }
  }
  function text(place) { return place.querySelector("pre code").textContent; }
  function follow() {
    var place = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (var at = place; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    if (place) { place.scrollIntoView(); }
  }
  each(buttons, function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var folds = document.querySelectorAll("main details");
      if (button.className === "copy") { copy(button, text(button.parentElement)); }
      else if (button.dataset.copies) { copy(button, text(document.getElementById(button.dataset.copies))); }
      else if (button.dataset.folds) {
        var open = button.dataset.folds === "open";
        each(folds, function (fold) { fold.open = open; });
        button.dataset.folds = open ? "close" : "open";
        button.textContent = open ? "Close all folds" : "Open all folds";
      }
    });
  });
  addEventListener("hashchange", follow);
  var opened = [];
  addEventListener("beforeprint", function () {
    each(document.querySelectorAll("main details"), function (fold) {
      if (!fold.open && !fold.closest(".evidence")) { fold.open = true; opened.push(fold); }
    });
  });
  addEventListener("afterprint", function () { each(opened, function (fold) { fold.open = false; }); opened = []; });
  follow();
}());
