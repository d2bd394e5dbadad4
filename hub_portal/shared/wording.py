"""How the hub writes days, times, counts and credits, on pages, in mails and in documents alike.

Instants are said in London time; a minus sign is U+2212, never a hyphen.
"""

from datetime import date, datetime, time, timedelta

from hub_portal.shared.london import london_date, london_time

MINUS = "\N{MINUS SIGN}"
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def _day(value: date | datetime) -> date:
    return london_date(value) if isinstance(value, datetime) else value


def _clock(value: time | datetime) -> time:
    return london_time(value).time() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """“Wednesday 17 February 2027”."""
    on = _day(value)
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def short_day(value: date | datetime) -> str:
    """“Wed 17 Feb 2027”, where a table or a card is narrow."""
    on = _day(value)
    return f"{on:%a} {on.day} {on:%b} {on.year}"


def table_day(value: date | datetime) -> str:
    """“17 Feb 2027”, for a column of days."""
    on = _day(value)
    return f"{on.day} {on:%b} {on.year}"


def plain_day(value: date | datetime) -> str:
    """“17 February 2027”, where the day of the week says nothing."""
    on = _day(value)
    return f"{on.day} {on:%B} {on.year}"


def clock_time(value: time | datetime) -> str:
    """“1:30pm”, “9am”, “midday” and “midnight”: no one has to work out 12am."""
    at = _clock(value)
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'pm' if at.hour >= 12 else 'am'}"


def moment(value: datetime) -> str:
    """“Wednesday 17 February 2027, 1:30pm”."""
    return f"{day(value)}, {clock_time(value)}"


def deadline_in_words(until: datetime) -> str:
    """“the end of Tuesday 24 November 2026”, or “Tuesday 24 November 2026, 1:30pm”."""
    if london_time(until).time() == time.min:
        return f"the end of {day(until - timedelta(minutes=1))}"
    return moment(until)


def clock_span(start: time | datetime, end: time | datetime) -> str:
    """“1:30pm to 4pm”."""
    return f"{clock_time(start)} to {clock_time(end)}"


def counted(number: int, one: str, many: str = "") -> str:
    """“1 place”, “3 places”, “2 children”: the number with its noun in the right form."""
    noun = one if abs(number) == 1 else many or f"{one}s"
    return f"{whole(number)} {noun}"


def ordinal(number: int) -> str:
    """“1st”, “2nd”, “3rd”, “11th”: a position in a line."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_ENDINGS.get(number % 10, 'th')}"


def whole(number: int) -> str:
    """“1,204”, and “−3” with a true minus sign."""
    return f"{number:,}".replace("-", MINUS)


def signed(number: int) -> str:
    """“+40”, “−3”, “0”: a movement, with its direction."""
    return f"+{number:,}" if number > 0 else whole(number)


def in_credits(number: int) -> str:
    """“3 credits”, “1 credit”, “−2 credits”."""
    return counted(number, "credit")


def in_pounds(pence: int) -> str:
    """“£1,250”, “£12.50”, “−£3”: whole pounds are said without pence."""
    pounds, rest = divmod(abs(pence), 100)
    amount = f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"
    return f"{MINUS}{amount}" if pence < 0 else amount


def in_a_row(things: list[str], *, last: str = "and") -> str:
    """“Ann”, “Ann and Ben”, “Ann, Ben and Cal”."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"
