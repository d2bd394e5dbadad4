"""Every address of the portal, put together from its apps."""

from django.contrib import admin
from django.urls import include, path

from schools.urls import admin_urlpatterns, sign_in_urlpatterns

handler500 = "hub_portal.pages.views.failed"

urlpatterns = [
    path("accounts/", include(sign_in_urlpatterns)),
    path("accounts/", include("allauth.urls")),
    path("admin/", include(admin_urlpatterns)),
    path("admin/", admin.site.urls),
    path("files/", include("hub_portal.files.urls")),
    path("", include("hub_portal.pages.urls")),
    path("", include("schools.urls")),
    path("", include("cpd.urls")),
    path("", include("credits.urls")),
    path("", include("newsletter.urls")),
    path("webhooks/", include("hub_portal.mail.urls")),
    path("jobs/", include("hub_portal.clock.urls")),
]
