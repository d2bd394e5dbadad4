/*
 * What the portal adds where JavaScript runs. Every page works without it.
 */
(function () {
  "use strict";

  document.documentElement.classList.add("js");

  /* The error summary takes the focus, so that it is read out first. */
  function focusErrorSummary(within) {
    var summary = within.querySelector(".error-summary");
    if (summary) {
      summary.focus();
    }
  }

  /* A link in the error summary goes to the field itself, with its label in sight. */
  function goToField(event) {
    var link = event.target.closest(".error-summary a");
    var field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) {
      return;
    }
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field") || field).scrollIntoView({ block: "center" });
  }

  /* A form is sent once, however often its button is pressed within three seconds. */
  function sendOnce(event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    window.setTimeout(function () {
      form.removeAttribute("data-sent");
    }, 3000);
  }

  /* The account menu closes when one presses Escape or goes elsewhere. */
  function closeMenus(event) {
    document.querySelectorAll("details.account[open]").forEach(function (menu) {
      if (event.key === "Escape") {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (!event.key && !menu.contains(event.target)) {
        menu.open = false;
      }
    });
  }

  /* A passkey that was refused or cancelled is said on the page. */
  function sayKeyProblem(event) {
    document.querySelectorAll(".key-problem").forEach(function (sentence) {
      event.preventDefault();
      sentence.hidden = false;
    });
  }

  /* Filters nobody has used yet are folded away on a phone, so that the list comes first. */
  function foldFilters() {
    if (window.matchMedia("(max-width: 59.99rem)").matches) {
      document.querySelectorAll("details.fold--unused[open]").forEach(function (filters) {
        filters.open = false;
      });
    }
  }

  /* A page that answers a POST and books nothing yet: Back need not ask whether to send again. */
  function forgetThePost() {
    if (document.querySelector("[data-forget-post]")) {
      window.history.replaceState(null, "", window.location.href);
    }
  }

  document.addEventListener("click", goToField);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("submit", sendOnce);
  document.addEventListener("allauth.error", sayKeyProblem);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      document.querySelectorAll("[data-sent]").forEach(function (form) {
        form.removeAttribute("data-sent");
      });
    }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    focusErrorSummary(event.target);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) {
      window.print();
    }
  });
  foldFilters();
  forgetThePost();
  focusErrorSummary(document);
})();
