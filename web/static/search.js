/* search.js: keeps the typing help of /search up to date while somebody types. Without it the list of the page itself stays. */
(function () {
  "use strict";
  var field = document.getElementById("q"), list = document.getElementById("suggestions"), timer = 0, asked = "";
  if (!field || !list || !window.fetch) { return; }
  function show(texts) {
    list.textContent = "";
    texts.forEach(function (text) {
      var option = document.createElement("option");
      option.value = text;
      list.appendChild(option);
    });
  }
  function ask() {
    var q = field.value.trim();
    if (!q || q === asked) { return; }
    asked = q;
    fetch("/search/suggest?q=" + encodeURIComponent(q), { headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
      .then(function (found) { if (q === asked) { show(found.suggestions); } })
      .catch(function () { /* the list stays as it is */ });
  }
  field.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
}());
