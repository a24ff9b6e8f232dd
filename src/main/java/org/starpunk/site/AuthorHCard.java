package org.starpunk.site;

import org.starpunk.identity.Profile;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.ServedImage;

/** The author as a small h-card: a link to the home page, with the picture. */
final class AuthorHCard {

    private AuthorHCard() {}

    /** Adds the card as the {@code p-author} of an h-entry or h-feed. */
    static void card(Profile author, StringBuilder out) {
        out.append("<a class=\"p-author h-card\" href=\"");
        HtmlEscaper.escape(author.me(), out);
        out.append("\">");
        if (!author.photo().isEmpty()) {
            out.append("<img class=\"u-photo\" src=\"");
            HtmlEscaper.escape(picture(author), out);
            out.append("\" alt=\"\" width=\"24\" height=\"24\"> ");
        }
        out.append("<span class=\"p-name\" dir=\"auto\">");
        HtmlEscaper.escape(author.authorName(), out);
        out.append("</span></a>");
    }

    /** Returns the address of the picture; for an uploaded one that of a small copy, if there is one. Empty for none. */
    static String picture(Profile author) {
        return ServedImage.of(author.photo())
                .flatMap(own -> own.copies().stream().findFirst().map(own::path))
                .orElse(author.photo());
    }

    /**
     * Returns the line that names the author of a list. The authorship algorithm (indieweb.org/authorship) takes the author of an
     * entry without one from its h-feed.
     *
     * @return an empty text before the site is set up
     */
    static String line(Profile author) {
        if (!author.isSet()) {
            return "";
        }
        StringBuilder line = new StringBuilder("<p class=\"byline\">By ");
        card(author, line);
        return line.append("</p>\n").toString();
    }
}
