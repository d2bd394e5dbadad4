"""The rich texts of courses, for whoever asks where a picture stands."""

from cpd.models import Cohort, Programme


def where_a_picture_stands(name: str) -> list[str]:
    """The courses whose text, or joining details, hold the stored file of this name."""
    programmes = Programme.objects.filter(description__contains=name).order_by("title", "pk")
    cohorts = Cohort.objects.filter(joining_details__contains=name).select_related("programme")
    return [
        *(programme.title for programme in programmes),
        *(
            f"the joining details of {cohort.programme.title} ({cohort.pk})"
            for cohort in cohorts.order_by("pk")
        ),
    ]
