package org.starpunk.archive;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.parser.Parser;
import org.starpunk.note.Note;

/** Converts the items of a WordPress export (WXR): posts become notes; pages and other types are skipped. */
final class WordPressItem {

    private static final Set<String> TAXONOMIES = Set.of("category", "post_tag", "");
    private static final Set<String> IGNORED_TAXONOMIES =
            Set.of("post_format", "nav_menu", "wp_theme", "post_translations", "language");
    private static final Pattern QUERY = Pattern.compile(".*[?&](?:p|page_id)=\\d+.*");

    private final ZoneId zone;
    private final Instant now;
    private final ImportedItemHandler receiver;
    private final Map<String, Attachment> attachments = new LinkedHashMap<>();
    private final Map<String, List<Attachment>> byParent = new HashMap<>();

    /** A file of the media library. */
    record Attachment(String url, String caption) {}

    WordPressItem(ZoneId zone, Instant now, ImportedItemHandler receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    /**
     * Collects the addresses of attachments in a first pass, because posts refer to them by id and can precede them.
     */
    void collect(XmlElement item) {
        Optional<String> url = item.text("wp:attachment_url");
        if (url.isPresent()) {
            String caption = meta(item, "_wp_attachment_image_alt")
                    .or(() -> item.text("excerpt:encoded"))
                    .orElse("");
            Attachment attachment =
                    new Attachment(url.get().strip(), Jsoup.parse(caption).text());
            attachments.put(item.text("wp:post_id").orElse("").strip(), attachment);
            byParent.computeIfAbsent(item.text("wp:post_parent").orElse("").strip(), unused -> new ArrayList<>())
                    .add(attachment);
        }
    }

    void accept(XmlElement item) throws IOException {
        String link = item.text("link", "guid").orElse("").strip();
        String title = Jsoup.parse(item.text("title").orElse("")).text().strip();
        String name = link.isEmpty() ? (title.isEmpty() ? "an item" : title) : link;
        String type = item.text("wp:post_type").orElse("").strip();
        if (!type.equals("post")) {
            receiver.skip(name, (title.isEmpty() ? "it" : title) + " is of WordPress's type " + type + ", not a post");
            return;
        }
        ImportVisibility importVisibility = new ImportVisibility(now, zone);
        importVisibility.word("status", item.text("wp:status").orElse("none").strip());
        item.text("wp:post_password").ifPresent(password -> importVisibility.password("password", password));
        if (importVisibility.isLeftOut()) {
            receiver.skip(name, importVisibility.reasons());
            return;
        }
        ImportedItem note = new ImportedItem(name, importVisibility);
        note.title(title);
        note.published(published(item))
                .updated(utc(item, "wp:post_modified_gmt").or(() -> local(item, "wp:post_modified")));
        text(item, note);
        categories(item, note);
        item.text("wp:post_name").ifPresent(slug -> note.slug(FeedImportReader.lastPart("/" + slug.strip())));
        if (!QUERY.matcher(link).matches()) {
            note.address(link).slug(FeedImportReader.lastPart(link));
            item.all("wp:postmeta")
                    .filter(meta -> meta.text("wp:meta_key").orElse("").equals("_wp_old_slug"))
                    .flatMap(meta -> meta.text("wp:meta_value").stream())
                    .forEach(old -> note.address(link.replaceFirst("[^/]+/?$", "") + old));
        }
        item.text("guid")
                .map(String::strip)
                .filter(guid -> !QUERY.matcher(guid).matches())
                .filter(guid -> guid.startsWith("http"))
                .ifPresent(note::address);
        long comments = item.all("wp:comment").count();
        if (comments > 0) {
            note.remark("its comments are not imported: " + comments);
        }
        receiver.accept(note);
    }

    private void text(XmlElement item, ImportedItem note) {
        String content = item.text("content:encoded")
                .or(() -> item.text("excerpt:encoded"))
                .orElse("");
        String id = item.text("wp:post_id").orElse("").strip();
        WordPressHtml text = new WordPressHtml(attachments, byParent.getOrDefault(id, List.of()), note::remark);
        note.text(EmbedLinkReplacer.toLinks(text.html(content), note::remark), Note.Format.HTML);
        meta(item, "_thumbnail_id")
                .map(attachments::get)
                .filter(picture -> !note.text().contains(picture.url()))
                .ifPresent(picture -> note.photo(picture.url(), picture.caption()));
    }

    private static Optional<String> meta(XmlElement item, String key) {
        return item.all("wp:postmeta")
                .filter(meta -> meta.text("wp:meta_key").orElse("").strip().equals(key))
                .flatMap(meta -> meta.text("wp:meta_value").stream())
                .map(String::strip)
                .findFirst();
    }

    private static void categories(XmlElement item, ImportedItem note) {
        item.all("category").forEach(category -> {
            String domain = category.attribute("domain", "");
            String label = Parser.unescapeEntities(category.text(), false).strip();
            boolean none = category.attribute("nicename", "").equals("uncategorized")
                    || label.equalsIgnoreCase("uncategorized");
            if (TAXONOMIES.contains(domain) && !none) {
                note.tags(List.of(label));
            } else if (!none && !IGNORED_TAXONOMIES.contains(domain)) {
                note.remark("its " + domain + " “" + label + "” is not imported");
            }
        });
    }

    /**
     * Returns the author's local time, with the offset from the UTC time. If one of the two is missing: the UTC time,
     * the local time in the site's zone, or the feed's time.
     */
    private Optional<OffsetDateTime> published(XmlElement item) {
        Optional<OffsetDateTime> utc = utc(item, "wp:post_date_gmt");
        Optional<OffsetDateTime> local = local(item, "wp:post_date");
        if (utc.isPresent() && local.isPresent()) {
            LocalDateTime own = local.get().toLocalDateTime();
            long minutes = Duration.between(utc.get().toLocalDateTime(), own).toMinutes();
            boolean offset = Math.abs(minutes) <= 18 * 60 && minutes % 15 == 0;
            return offset ? Optional.of(own.atOffset(ZoneOffset.ofTotalSeconds((int) minutes * 60))) : utc;
        }
        return utc.or(() -> local)
                .or(() -> item.text("pubDate").flatMap(written -> LenientDateTimeParser.read(written, zone)));
    }

    private static Optional<OffsetDateTime> utc(XmlElement item, String name) {
        return item.text(name).flatMap(written -> LenientDateTimeParser.read(written, ZoneOffset.UTC));
    }

    private Optional<OffsetDateTime> local(XmlElement item, String name) {
        return item.text(name).flatMap(written -> LenientDateTimeParser.read(written, zone));
    }
}
