"""Every address of the portal, put together from its apps."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("files/", include("hub_portal.files.urls")),
    path("", include("cpd.urls")),
    path("jobs/", include("hub_portal.clock.urls")),
]
