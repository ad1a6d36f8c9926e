"""The files of a dump into staging, every row counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from community.interchange.stackexchange import mapping
from community.interchange.stackexchange.mapping import BadRow
from community.interchange.stackexchange.reader import FILES, BrokenFile, Dump, Row, rows
from community.interchange.stackexchange.report import Report
from community.interchange.stackexchange.staging import Staging

Advance = Callable[[int], None]
RELATED, DUPLICATE = 1, 3
ACCEPTANCE = 1


def load(dump: Dump, staging: Staging, report: Report, advance: Advance) -> BrokenFile | None:
    """Read every file. A break in `Posts.xml` is returned: what stood before it is usable.

    A break in any other file is raised: threads without their authors or comments would be half-made.
    """
    broken: BrokenFile | None = None
    for kind in FILES:
        if kind not in dump.files:
            continue
        try:
            _READERS[kind](_counted(dump, kind, report, advance), staging, report)
        except BrokenFile as error:
            if kind != "Posts":
                raise
            broken = error
    return broken


def _counted(dump: Dump, kind: str, report: Report, advance: Advance) -> Iterator[Row]:
    one = report.of(kind)
    for row in rows(dump.files[kind], kind, advance=advance):
        one.read += 1
        yield row


def _posts(found: Iterator[Row], staging: Staging, report: Report) -> None:
    for row in found:
        try:
            post = mapping.post(row.values, row.line)
            if isinstance(post, str):
                report.of("Posts").left_out[post] += 1
            elif not staging.add(post):
                raise BadRow("an Id that stood before")
        except BadRow as error:
            report.bad("Posts", row.line, error.reason, row.values.get("Id", ""))


def _comments(found: Iterator[Row], staging: Staging, report: Report) -> None:
    for row in found:
        try:
            if not staging.add(mapping.comment(row.values, row.line)):
                raise BadRow("an Id that stood before")
        except BadRow as error:
            report.bad("Comments", row.line, error.reason, row.values.get("Id", ""))


def _users(found: Iterator[Row], staging: Staging, report: Report) -> None:
    for row in found:
        try:
            if not staging.add(mapping.user(row.values)):
                raise BadRow("an Id that stood before")
        except BadRow as error:
            report.bad("Users", row.line, error.reason, row.values.get("Id", ""))


def _votes(found: Iterator[Row], staging: Staging, report: Report) -> None:
    one = report.of("Votes")
    for row in found:
        try:
            post, kind, at = mapping.vote(row.values)
        except BadRow as error:
            report.bad("Votes", row.line, error.reason, row.values.get("Id", ""))
            continue
        if kind == ACCEPTANCE:
            staging.accept(post, at)
            one.here["dates of accepted answers"] += 1
        else:
            one.left_out["votes that the scores of posts hold already"] += 1


def _history(found: Iterator[Row], staging: Staging, report: Report) -> None:
    one = report.of("PostHistory")
    for row in found:
        try:
            words = mapping.history(row.values)
            if isinstance(words, str):
                one.left_out[words] += 1
            elif not staging.add(words):
                raise BadRow("an Id that stood before")
            else:
                one.here["lines of edited posts"] += 1
        except BadRow as error:
            report.bad("PostHistory", row.line, error.reason, row.values.get("Id", ""))


def _links(found: Iterator[Row], staging: Staging, report: Report) -> None:
    one = report.of("PostLinks")
    for row in found:
        try:
            post, target, kind = mapping.link(row.values)
        except BadRow as error:
            report.bad("PostLinks", row.line, error.reason, row.values.get("Id", ""))
            continue
        if kind in (RELATED, DUPLICATE):
            staging.link(post, target, kind)
            one.here["links between questions"] += 1
        else:
            one.left_out["links of an unknown kind"] += 1


def _without_a_place(kind: str, reason: str) -> Callable[[Iterator[Row], Staging, Report], None]:
    def read(found: Iterator[Row], staging: Staging, report: Report) -> None:
        for _row in found:
            report.of(kind).left_out[reason] += 1

    return read


_READERS: Mapping[str, Callable[[Iterator[Row], Staging, Report], None]] = {
    "Posts": _posts,
    "Users": _users,
    "Comments": _comments,
    "Votes": _votes,
    "PostHistory": _history,
    "PostLinks": _links,
    "Badges": _without_a_place("Badges", "badges"),
    "Tags": _without_a_place("Tags", "tags, which come with their questions"),
}
