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

  /* The two lists of a many-to-many field, made by Django's script, are named for readers. */
  function nameLists() {
    document.querySelectorAll(".selector select:not([aria-label])").forEach(function (list) {
      var title = list.closest(".selector-available, .selector-chosen");
      var heading = title && title.querySelector("h2, label, .selector-available-title, .selector-chosen-title");
      if (heading) {
        list.setAttribute("aria-label", heading.textContent.trim());
      }
    });
    document.querySelectorAll(".search-label-icon[aria-label]:not([role])").forEach(function (icon) {
      icon.setAttribute("role", "img");
    });
  }

  window.addEventListener("load", nameLists);
})();
