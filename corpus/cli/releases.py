"""The commands on finished releases: dedup-report, diff, explain, export, verify and so on."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

import corpus
from corpus.cli.printing import AsJson, Workers, ending_well, print_json, shown

PLACE = "A release: its folder, its name on the Hub (org/name@v1.0.0), or its URL."


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=PLACE)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another one.")],
    limit: Annotated[
        int, typer.Option(min=0, help="Articles of each kind to name; 0 names all of them.")
    ] = 20,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is different between two releases: added, removed and changed articles, columns."""
    found = corpus.diff(old, new, limit or None)
    if as_json:
        print_json(found.as_dict())
    elif as_markdown:
        sys.stdout.write(found.as_markdown())
    else:
        print("\n".join(shown(line) for line in found.as_text().splitlines()))


def dedup_report(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help=PLACE)],
    sources: Annotated[
        list[str] | None,
        typer.Option(help="A source of the build: shows how pairs differ; may be given again."),
    ] = None,
    pairs: Annotated[int, typer.Option(min=0, help="Pairs of each method to show.")] = 3,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what was removed as copies: clusters, methods, sites, thresholds, and some pairs."""
    from corpus.pipeline.copies import report_copies

    found = report_copies(release, sources or (), pairs)
    if as_json:
        print_json(found.as_dict())
    elif as_markdown:
        sys.stdout.write(found.as_markdown())
    else:
        print("\n".join(shown(line) for line in found.as_text().splitlines()))


def explain(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help=PLACE)],
    page: Annotated[
        str,
        typer.Argument(metavar="ID", help="A page: its id, its URL, or its file as in the ledger."),
    ],
    sources: Annotated[
        list[str] | None,
        typer.Option(help="A source of the build: reads the page again; may be given again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of one page: kept or removed, why, what stands for it, edits and lines."""
    found = corpus.explain(release, page, sources or ())
    if as_json:
        print_json(found.as_dict())
    else:
        print("\n".join(shown(line) for line in found.as_text().splitlines()))


def export(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="The folder of a release.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A folder that does not exist.")],
    form: Annotated[str, typer.Option("--format", help="jsonl (with zstd) or arrow.")] = "jsonl",
    config: Annotated[
        list[str] | None, typer.Option(help="Only this config; may be given again.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a release in another form: JSON lines, or Arrow files for `load_from_disk`."""
    made = corpus.export(release, out, form, **({"configs": config} if config else {}))
    if as_json:
        print_json(made.as_dict())
        return
    for name, n in made.rows.items():
        print(f"{out / name}: {n:,} rows as {form}")


def verify(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help=PLACE)],
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out what needs texts; little is fetched.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check that a release is what its manifest and card say; exit 1 and tell what is broken."""
    found = corpus.verify(release, quick=quick)
    if as_json:
        print_json(found.as_dict())
    else:
        for finding in found.findings:
            print(shown(f"{finding.where}: {finding.what} ({finding.check})"))
        n = len(found.findings)
        verdict = "sound" if found.is_sound else f"{n} finding{'s' if n > 1 else ''}"
        verdict += ", as far as a quick look tells" if found.is_quick else ""
        sizes = f"{found.n_files} files, {found.n_bytes:,} bytes, {found.n_rows:,} rows"
        print(f"{release}: {found.version} {verdict}, {sizes}")
    if not found.is_sound:
        raise typer.Exit(1)


def rebuild(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="The folder of a release.")],
    sources: Annotated[
        list[str] | None,
        typer.Option(help="A source of the build, where it lies now; may be given again."),
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(help="The release that it went on from, if it did.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Keep what is built in this folder.")] = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Build a release again from its manifest's recipe and compare; exit 1 if rows differ."""
    from corpus.pipeline.rebuild import rebuild as build_again

    with ending_well():
        found = build_again(release, sources or (), previous=previous, out=out, workers=workers)
    if as_json:
        print_json(found.as_dict())
    else:
        print(f"{release}: {found.outcome}")
        for name, (before, after) in found.built_with.items():
            print(f"{name}: {before} then, {after} now")
        if found.n_new_takedowns:
            print(f"{found.n_new_takedowns:,} tombstones since")
        for path in found.files if found.outcome == "same rows" else ():
            print(f"other bytes: {path}")
        if found.diff is not None:
            print("\n".join(shown(line) for line in found.diff.as_text().splitlines()))
    if found.outcome == "different":
        raise typer.Exit(1)


def takedown(  # noqa: PLR0913, PLR0917 - one parameter an option
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="The folder of a release.")],
    reason: Annotated[str, typer.Option(help="Why; it is published with the next release.")],
    ids: Annotated[list[str] | None, typer.Option("--id", help="The id of an article.")] = None,
    urls: Annotated[list[str] | None, typer.Option("--url", help="Its address.")] = None,
    domains: Annotated[
        list[str] | None, typer.Option("--domain", help="All pages of a domain and below it.")
    ] = None,
    text_hashes: Annotated[
        list[str] | None, typer.Option("--text-hash", help="A text, by a tombstone's hash of it.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="The day of the request.", show_default="today")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--list", help="The list.", show_default="beside RELEASE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw articles from all later releases; RELEASE itself is never changed."""
    from corpus.pipeline import takedown as withdrawing

    request = withdrawing.Request(ids or (), urls or (), domains or (), text_hashes or ())
    if not any((ids, urls, domains, text_hashes)):
        raise typer.BadParameter("give --id, --url, --domain or --text-hash")
    day = date or withdrawing.today()
    done = withdrawing.takedown(release, request, reason=reason, date=day, to=to)
    if as_json:
        print_json(done.as_dict())
        return
    print(f"{done.path}: {len(done.added):,} tombstones added")
    for id_ in done.articles:
        print(f"{id_} goes")
    for domain in done.idle_domains:
        print(shown(f"{domain} has no article in this release; it is kept out from now on"))
    for id_ in done.unknown:
        print(f"{id_} is not in this release; it is kept out from now on")
    for (source, path), n in Counter((o.source, o.path) for o in done.orphans).items():
        pages = "1 page loses" if n == 1 else f"{n:,} pages lose"
        where = shown("/".join(filter(None, (source, path))))
        print(f"{where}: {pages} the article that stood for it; read it again to have it judged")
    print(f"the next release obeys them: corpus build --previous {release} --version …")
