"""The addresses of a school's credits."""

from django.urls import path

from credits import views

app_name = "credits"

urlpatterns = [
    path("my/credits/", views.my_credits, name="my_credits"),
    path("my/credits/why/", views.why, name="why"),
    path("my/approvals/", views.approvals, name="approvals"),
    path("my/approvals/limit/", views.spending_limit, name="spending_limit"),
    path("my/approvals/<int:approval_id>/", views.approval, name="approval"),
    path("my/credits/credits.<str:form>", views.export, name="export"),
]
