"""The addresses of the newsletter."""

from django.urls import path

from newsletter.views import archive, news, subscribing

app_name = "newsletter"

urlpatterns = [
    path("newsletter/", archive.archive, name="archive"),
    path("newsletter/rss.xml", archive.IssuesFeed(), name="feed"),
    path("newsletter/<int:number>/", archive.issue, name="issue"),
    path("newsletter/subscribe/", subscribing.subscribe, name="subscribe"),
    path("newsletter/subscribe/asked/", subscribing.asked, name="asked"),
    path("newsletter/confirm/", subscribing.confirm, name="confirm"),
    path("newsletter/confirmed/", subscribing.confirmed, name="confirmed"),
    path("newsletter/confirm/<str:token>/", subscribing.confirm_link, name="confirm_link"),
    path("newsletter/unsubscribe/<str:token>/", subscribing.unsubscribe, name="unsubscribe"),
    path("newsletter/preferences/", subscribing.preferences, name="preferences"),
    path(
        "newsletter/preferences/<str:token>/",
        subscribing.preferences_link,
        name="preferences_link",
    ),
    path("me/newsletter/", subscribing.own_newsletter, name="own"),
    path("my/news/", news.send, name="news"),
]
