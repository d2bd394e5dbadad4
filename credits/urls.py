"""The addresses of a school's credits."""

from django.urls import path

from credits import views

app_name = "credits"

urlpatterns = [
    path("my/credits/", views.my_credits, name="my_credits"),
    path("my/credits/why/", views.why, name="why"),
    path("my/credits/credits.<str:form>", views.export, name="export"),
]
