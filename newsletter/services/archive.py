"""The public archive: issues as they were sent, of public items alone. Rule NL-4. Reading only."""

from django.db.models import Exists, OuterRef, Q

from newsletter.models import Issue, Item
from newsletter.querysets import IssueQuerySet


def issues_found(words: str) -> IssueQuerySet:
    """The issues of the archive that mention every one of these words, newest first.

    Only what everybody may read is searched: a word of a members' item finds nothing.
    """
    found: IssueQuerySet = Issue.objects.in_the_archive().order_by("-number")
    for word in words.split():
        said = Item.objects.public().filter(issue=OuterRef("pk"), words__icontains=word)
        mentions = Q(subject__icontains=word) | Q(words__icontains=word) | Exists(said)
        found = found.filter(mentions)
    return found
