package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.YearMonth;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.About;
import org.starpunk.note.Html;
import org.starpunk.note.NotePage;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNames;
import org.starpunk.view.Answer;

/** The pages that list notes, newest first, twenty at a time: home, a tag's, a month's. */
final class NoteLists {

    private static final int PER_PAGE = 20;
    private static final Answer NOT_FOUND = ctx -> ctx.fail(404);

    private final SiteContext site;
    private final Layout layout;
    private @Nullable Card card;

    NoteLists(SiteContext site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    /** Makes one page of a list. */
    @FunctionalInterface
    private interface Maker {
        Future<Answer> make(@Nullable Cursor after);
    }

    void home(RoutingContext ctx) {
        answer(ctx, "/", this::home);
    }

    void tag(RoutingContext ctx) {
        String asked = SiteRoutes.param(ctx, "tag");
        String slug = TagNames.normalise(asked);
        if (slug.isEmpty()) {
            ctx.fail(404);
            return;
        }
        String path = new Tag(slug, slug).path();
        if (slug.equals(asked)) {
            answer(ctx, path, after -> site.notes().tag(slug).compose(tag -> tag(tag, after)));
        } else {
            Moved.permanently(ctx, path);
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

    /** Reads where the page begins, and answers from memory or by making it. */
    private void answer(RoutingContext ctx, String path, Maker maker) {
        Cursor after = null;
        if (ctx.request().query() != null) {
            String given = ctx.request().getParam("after");
            after = Cursor.parse(given);
            if (given != null && after == null) {
                ctx.fail(new HttpException(400, "The address names no place to go on from. Begin at " + path + "."));
                return;
            }
        }
        Cursor from = after;
        site.pages().answer(ctx, Listing.address(path, from), () -> maker.make(from));
    }

    private Future<Answer> home(@Nullable Cursor after) {
        return notes(null, null, after).map(page -> home(after, page));
    }

    private Answer home(@Nullable Cursor after, NotePage notes) {
        if (after != null && notes.notes().isEmpty()) {
            return NOT_FOUND;
        }
        Profile profile = site.profile().get();
        String heading =
                "<h1 class=\"p-name hidden-text\">" + Html.escape(profile.siteName()) + "</h1>\n" + card(profile);
        return new Listing("/", after == null ? "" : "Older notes", heading, null, after, notes).lay(layout);
    }

    /** The author's card, made once for each profile. */
    private record Card(Profile profile, String html) {

        static Card of(Profile profile) {
            StringBuilder html = new StringBuilder("<div class=\"p-author h-card author-card\">\n");
            add(
                    "<img class=\"u-photo\" src=\"",
                    Author.picture(profile),
                    "\" alt=\"\" width=\"72\" height=\"72\">\n",
                    html);
            html.append("<div>\n<p class=\"author-name\"><a class=\"p-name u-url u-uid\" rel=\"me\" href=\"");
            Html.escape(profile.me(), html);
            add("\" dir=\"auto\">", profile.authorName(), "</a></p>\n", html);
            add("<p class=\"p-note\" dir=\"auto\">", profile.bio(), "</p>\n", html);
            links(profile, html);
            return new Card(profile, html.append("</div>\n</div>\n").toString());
        }

        /** Other sites look for their own address exactly as it is written there (microformats.org/wiki/rel-me). */
        private static void links(Profile profile, StringBuilder html) {
            if (profile.links().isEmpty()) {
                return;
            }
            html.append("<ul class=\"profiles\" aria-label=\"Profiles on other sites\">");
            for (String link : profile.links()) {
                Html.escape(link, html.append("<li><a class=\"u-url\" rel=\"me\" href=\""));
                Html.escape(About.shortened(link), html.append("\" dir=\"auto\">"));
                html.append("</a></li>");
            }
            html.append("</ul>\n");
        }

        private static void add(String before, String text, String after, StringBuilder html) {
            if (!text.isEmpty()) {
                html.append(before);
                Html.escape(text, html);
                html.append(after);
            }
        }
    }

    private String card(Profile profile) {
        Card known = card;
        if (!profile.isSet()) {
            return "";
        }
        if (known == null || !known.profile().equals(profile)) {
            known = Card.of(profile);
            card = known;
        }
        return known.html();
    }

    private Future<Answer> tag(Optional<Tag> found, @Nullable Cursor after) {
        if (found.isEmpty()) {
            return Future.succeededFuture(NOT_FOUND);
        }
        Tag tag = found.get();
        String heading = "<h1 class=\"p-name\"><span class=\"muted\">Tag</span> <bdi>" + Html.escape(tag.name())
                + "</bdi></h1>\n" + Author.line(site.profile().get());
        return notes(tag.slug(), null, after)
                .map(notes -> unlessEmpty(new Listing(tag.path(), tag.name(), heading, tag, after, notes)));
    }

    private Future<Answer> month(YearMonth month, @Nullable Cursor after) {
        String name = Dates.month(month);
        String path = "/archive/" + month.toString().replace('-', '/');
        String heading = "<h1 class=\"p-name\">" + name + "</h1>\n"
                + Author.line(site.profile().get());
        return notes(null, month, after)
                .map(notes -> unlessEmpty(new Listing(path, name, heading, null, after, notes)));
    }

    /** A list that shows nothing is not there: it could tell of notes that are not for everyone. */
    private Answer unlessEmpty(Listing listing) {
        return listing.notes().notes().isEmpty() ? NOT_FOUND : listing.lay(layout);
    }

    private Future<NotePage> notes(@Nullable String tag, @Nullable YearMonth month, @Nullable Cursor after) {
        return site.notes().list(new NoteQuery(tag, month, after, PER_PAGE, false).ofBeginnings());
    }
}
