package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.YearMonth;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;
import org.starpunk.view.PreparedResponse;

/** Pages that list notes: home page, tag pages and month pages. Each shows twenty notes, newest first. */
final class NoteListPages {

    private static final int PER_PAGE = 20;
    private static final PreparedResponse NOT_FOUND = ctx -> ctx.fail(404);

    private final SiteDependencies site;
    private final Layout layout;
    private @Nullable AuthorCard card;

    NoteListPages(SiteDependencies site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    /** Renders one page of a list. */
    @FunctionalInterface
    private interface ListPageRenderer {
        Future<PreparedResponse> make(@Nullable Cursor after);
    }

    void home(RoutingContext ctx) {
        answer(ctx, "/", this::home);
    }

    void tag(RoutingContext ctx) {
        String asked = SiteRoutes.param(ctx, "tag");
        String slug = TagNameRules.normalise(asked);
        if (slug.isEmpty()) {
            ctx.fail(404);
            return;
        }
        String path = new Tag(slug, slug).path();
        if (slug.equals(asked)) {
            answer(ctx, path, after -> site.notes().tag(slug).compose(tag -> tag(tag, after)));
        } else {
            PermanentRedirect.send(ctx, path);
        }
    }

    void month(RoutingContext ctx) {
        String year = SiteRoutes.param(ctx, "year");
        String number = SiteRoutes.param(ctx, "month");
        if (!year.matches("[0-9]{4}") || !number.matches("0[1-9]|1[0-2]")) {
            ctx.fail(404);
            return;
        }
        YearMonth month = YearMonth.of(Integer.parseInt(year), Integer.parseInt(number));
        answer(ctx, "/archive/" + year + '/' + number, after -> month(month, after));
    }

    /** Parses the {@code after} parameter, then sends the page from the cache or renders it. */
    private void answer(RoutingContext ctx, String path, ListPageRenderer maker) {
        Cursor after = null;
        if (ctx.request().query() != null) {
            String given = ctx.request().getParam("after");
            after = Cursor.parse(given);
            if (given != null && after == null) {
                ctx.fail(new HttpException(
                        400, "The parameter \"after\" of this URL is invalid. Start at " + path + "."));
                return;
            }
        }
        Cursor from = after;
        site.pages().answer(ctx, NoteListView.address(path, from), () -> maker.make(from));
    }

    private Future<PreparedResponse> home(@Nullable Cursor after) {
        return notes(null, null, after).map(page -> home(after, page));
    }

    private PreparedResponse home(@Nullable Cursor after, NoteSlice notes) {
        if (after != null && notes.notes().isEmpty()) {
            return NOT_FOUND;
        }
        Profile profile = site.profile().get();
        String heading = "<h1 class=\"p-name hidden-text\">" + HtmlEscaper.escape(profile.siteName()) + "</h1>\n"
                + card(profile);
        return new NoteListView("/", after == null ? "" : "Older notes", heading, null, after, notes).render(layout);
    }

    /** Rendered h-card of the author on the home page. It is rendered again when the profile changes. */
    private record AuthorCard(Profile profile, String html) {

        static AuthorCard of(Profile profile) {
            StringBuilder html = new StringBuilder("<div class=\"p-author h-card author-card\">\n");
            add(
                    "<img class=\"u-photo\" src=\"",
                    AuthorHCard.picture(profile),
                    "\" alt=\"\" width=\"72\" height=\"72\">\n",
                    html);
            html.append("<div>\n<p class=\"author-name\"><a class=\"p-name u-url u-uid\" rel=\"me\" href=\"");
            HtmlEscaper.escape(profile.me(), html);
            add("\" dir=\"auto\">", profile.authorName(), "</a></p>\n", html);
            add("<p class=\"p-note\" dir=\"auto\">", profile.bio(), "</p>\n", html);
            links(profile, html);
            return new AuthorCard(profile, html.append("</div>\n</div>\n").toString());
        }

        /**
         * Appends the profile links. Other sites search them for their own URL, which must match exactly
         * (microformats.org/wiki/rel-me), so the URLs are not normalized.
         */
        private static void links(Profile profile, StringBuilder html) {
            if (profile.links().isEmpty()) {
                return;
            }
            html.append("<ul class=\"profiles\" aria-label=\"Profiles on other sites\">");
            for (String link : profile.links()) {
                HtmlEscaper.escape(link, html.append("<li><a class=\"u-url\" rel=\"me\" href=\""));
                HtmlEscaper.escape(DisplayedProperty.shortened(link), html.append("\" dir=\"auto\">"));
                html.append("</a></li>");
            }
            html.append("</ul>\n");
        }

        private static void add(String before, String text, String after, StringBuilder html) {
            if (!text.isEmpty()) {
                html.append(before);
                HtmlEscaper.escape(text, html);
                html.append(after);
            }
        }
    }

    private String card(Profile profile) {
        AuthorCard known = card;
        if (!profile.isSet()) {
            return "";
        }
        if (known == null || !known.profile().equals(profile)) {
            known = AuthorCard.of(profile);
            card = known;
        }
        return known.html();
    }

    private Future<PreparedResponse> tag(Optional<Tag> found, @Nullable Cursor after) {
        if (found.isEmpty()) {
            return Future.succeededFuture(NOT_FOUND);
        }
        Tag tag = found.get();
        String heading = "<h1 class=\"p-name\"><span class=\"muted\">Tag</span> <bdi>" + HtmlEscaper.escape(tag.name())
                + "</bdi></h1>\n" + AuthorHCard.line(site.profile().get());
        return notes(tag.slug(), null, after)
                .map(notes -> unlessEmpty(new NoteListView(tag.path(), tag.name(), heading, tag, after, notes)));
    }

    private Future<PreparedResponse> month(YearMonth month, @Nullable Cursor after) {
        String name = DateFormats.month(month);
        String path = "/archive/" + month.toString().replace('-', '/');
        String heading = "<h1 class=\"p-name\">" + name + "</h1>\n"
                + AuthorHCard.line(site.profile().get());
        return notes(null, month, after)
                .map(notes -> unlessEmpty(new NoteListView(path, name, heading, null, after, notes)));
    }

    /** Returns 404 for an empty list, so that the list of a tag or month does not reveal notes that are not public. */
    private PreparedResponse unlessEmpty(NoteListView noteListView) {
        return noteListView.notes().notes().isEmpty() ? NOT_FOUND : noteListView.render(layout);
    }

    private Future<NoteSlice> notes(@Nullable String tag, @Nullable YearMonth month, @Nullable Cursor after) {
        return site.notes().list(new NoteQuery(tag, month, after, PER_PAGE, false).withBeginningsOnly());
    }
}
