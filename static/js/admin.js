/*
 * What the admin needs where a library's own page would use an inline handler, which the
 * portal's content policy refuses.
 */
(function () {
  "use strict";

  /* import-export: one box for all the columns of an export. */
  document.addEventListener("change", function (event) {
    if (event.target.matches(".select-toggle") && window.onSelectToggleChange) {
      window.onSelectToggleChange(event);
    }
  });

  /* What Django's own pages leave without a name for those who listen to them. */
  function nameParts() {
    document.querySelectorAll(".selector select:not([aria-label])").forEach(function (list) {
      var side = list.closest(".selector-available, .selector-chosen");
      var title = side && side.querySelector("h2, label, .selector-available-title, .selector-chosen-title");
      if (title) {
        list.setAttribute("aria-label", title.textContent.trim());
      }
    });
    document.querySelectorAll(".search-label-icon[aria-label]:not([role])").forEach(function (icon) {
      icon.setAttribute("role", "img");
    });
  }

  window.addEventListener("load", nameParts);
})();
