package org.starpunk.feed;

import io.vertx.core.buffer.Buffer;
import java.io.StringWriter;
import java.util.List;
import org.starpunk.identity.Profile;
import org.starpunk.note.NoteRepository.TagCount;
import org.starpunk.view.RenderedPage;

/** Writes the list of the site's feeds in OPML 2.0. */
final class OpmlWriter {

    private OpmlWriter() {}

    static RenderedPage content(Profile profile, List<TagCount> tags) {
        StringWriter text = new StringWriter();
        XmlWriter xml = new XmlWriter(text);
        xml.declaration().open("opml", "version", "2.0");
        xml.open("head").element("title", profile.siteName()).close();
        xml.open("body");
        outline(xml, profile.siteName(), profile.absolute("/feed.rss"), profile.me());
        for (TagCount count : tags) {
            String page = profile.absolute(count.tag().path());
            outline(xml, profile.siteName() + ": " + count.tag().name(), page + "/feed.rss", page);
        }
        xml.end();
        return new RenderedPage("text/x-opml; charset=utf-8", Buffer.buffer(text.toString()), null, null);
    }

    private static void outline(XmlWriter xml, String title, String feed, String page) {
        xml.empty("outline", "text", title, "title", title, "type", "rss", "xmlUrl", feed, "htmlUrl", page);
    }
}
