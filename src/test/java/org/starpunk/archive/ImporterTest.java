package org.starpunk.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.archive.ImportReport.Remark;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLimits;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/** Imports from other programs: imported and skipped items. */
class ImporterTest {

    @TempDir
    Path folder;

    private final InMemoryArchive shelf = new InMemoryArchive();

    private ImportReport bring(Path source) throws IOException {
        return new Importer(
                        shelf,
                        shelf,
                        new NoteLimits(20_000, 50, 100, 300),
                        ZoneId.of("Europe/Berlin"),
                        false,
                        ProgressListener.none())
                .run(source);
    }

    private void file(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private ArchivedNote note(String slug) {
        ArchivedNote note = shelf.notes.get(slug);
        if (note == null) {
            throw new AssertionError("no " + slug + " among " + shelf.notes.keySet());
        }
        return note;
    }

    @Test
    void a_folder_of_jekyll_keeps_dates_tags_drafts_pictures_and_old_addresses() throws IOException {
        file("_posts/2019-03-04-Hello-World.md", """
            ---
            layout: post
            title: "Hello: the world"
            date: 2019-03-04 18:30:00 +0530
            tags: Vert.x notes
            categories: [Travel, By Train]
            redirect_from:
              - /old/hello.html
            ---

            A picture: ![A hill](/assets/hill.gif) and ![gone](gone.gif) and ![far](https://example.org/x.gif).
            """);
        file("assets/hill.gif", "GIF89a");
        file("_drafts/unfinished.md", "---\ntitle: Unfinished\n---\nNot yet.");
        file("_posts/2019-03-05-hidden.markdown", "---\npublished: false\n---\nA draft too.");
        file("_layouts/post.html", "<html></html>");
        file("_config.yml", "title: x");
        ImportReport report = bring(folder);

        assertThat(report.skipped()).isEmpty();
        assertThat(shelf.notes).containsOnlyKeys("hello-world", "unfinished", "hidden");
        ArchivedNote hello = note("hello-world");
        assertThat(hello.published()).hasToString("2019-03-04T18:30+05:30");
        assertThat(hello.content().title()).isEqualTo("Hello: the world");
        assertThat(hello.content().tags()).isEqualTo(TagNameRules.parse("Vert.x, notes, Travel, By Train"));
        assertThat(hello.oldSlugs())
                .containsExactly(
                        "/old/hello.html",
                        "/travel/by-train/2019/03/04/Hello-World.html",
                        "/travel/by-train/2019/03/04/Hello-World");
        assertThat(hello.content().text())
                .isEqualTo("A picture: ![A hill](/media/1.gif) and ![gone](gone.gif) and"
                        + " ![far](https://example.org/x.gif).");
        assertThat(report.remarks())
                .containsExactlyInAnyOrder(
                        new Remark(
                                "_posts/2019-03-04-Hello-World.md", "it shows gone.gif, which is not among the files"),
                        new Remark(
                                "_posts/2019-03-04-Hello-World.md",
                                "it shows https://example.org/x.gif, which was not fetched and stays there"));
        assertThat(note("unfinished").content().status()).isEqualTo(Note.Status.DRAFT);
        assertThat(note("hidden").content().status()).isEqualTo(Note.Status.DRAFT);
        assertThat(note("hidden").published()).as("a day alone is its noon").hasToString("2019-03-05T12:00+01:00");
        assertThat(report.otherFiles()).isEqualTo(3);

        ImportReport again = bring(folder);
        assertThat(again.addedNotes()).isZero();
        assertThat(again.notesThere()).isEqualTo(3);
        assertThat(shelf.kept).as("pictures are not kept twice").hasSize(1);
    }

    @Test
    void a_folder_of_hugo_keeps_bundles_toml_and_photos() throws IOException {
        file("content/posts/by-the-sea/index.md", """
            +++
            title = "By the \\"sea\\" of C:\\\\notes, caf\\u00E9"
            date = 2021-07-01T08:00:00Z
            lastmod = 2021-07-02T09:00:00Z
            draft = false
            tags = ["sea", 'north']
            slug = "Sea Side"
            aliases = ["/2021/by-the-sea/"]
            [params]
            weight = 3
            +++
            Waves.
            """);
        file("content/posts/_index.md", "---\ntitle: All posts\n---\n");
        file("content/photo.md", """
            ---
            date: 2021-07-03
            photo:
            - url: pic.gif
              alt: The pier
            in-reply-to: https://example.org/1
            ---
            """);
        file("static/pic.gif", "GIF87a");
        ImportReport report = bring(folder);

        ArchivedNote sea = note("sea-side");
        assertThat(sea.content().title()).isEqualTo("By the \"sea\" of C:\\notes, café");
        assertThat(sea.content().tags()).isEqualTo(TagNameRules.parse("sea, north"));
        assertThat(sea.updated()).hasToString("2021-07-02T09:00Z");
        assertThat(sea.oldSlugs()).containsExactly("/2021/by-the-sea");
        assertThat(note("photo").content().photos()).containsExactly(new Photo("/media/1.gif", "The pier"));
        assertThat(note("photo").content().inReplyTo()).isEqualTo("https://example.org/1");
        assertThat(report.skipped())
                .containsExactly(new Remark("content/posts/_index.md", "it is the page of a section, not a note"));
    }

    @Test
    void plain_files_without_dates_are_notes_and_two_of_one_name_are_two() throws IOException {
        file("a/idea.md", "\ufeffThe first idea");
        file("b/idea.md", "The second idea");
        file("list.txt", "1 < 2\nplain");
        file("empty.md", "  \n");
        file("long.md", "x".repeat(20_001));
        file("broken.md", "---\ntitle: [unclosed\n---\ntext");
        Files.write(folder.resolve("latin1.md"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Files.createSymbolicLink(folder.resolve("passwd.md"), Path.of("/etc/passwd"));
        ImportReport report = bring(folder);

        assertThat(shelf.notes).containsOnlyKeys("idea", "idea-2", "list", "broken");
        assertThat(note("idea").content().text()).isEqualTo("The first idea");
        assertThat(note("list").content().format()).isEqualTo(Note.Format.TEXT);
        assertThat(report.failed()).extracting(Remark::path).containsExactly("empty.md", "latin1.md", "long.md");
        assertThat(report.notPublic())
                .as("files that were just copied have no date that says anything")
                .extracting(Remark::path)
                .containsExactly("a/idea.md", "b/idea.md", "broken.md", "list.txt");
        assertThat(note("broken").content().text()).contains("title: [unclosed");
        assertThat(report.failed())
                .extracting(Remark::text)
                .anySatisfy(text -> assertThat(text).contains("20,001 characters; at most 20,000"));
        assertThat(bring(folder).addedNotes()).isZero();
    }

    @Test
    void rss_of_wordpress_and_atom_are_read() throws IOException {
        file("blog.xml", """
            <?xml version="1.0"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
            <channel><title>Old blog</title>
            <item><title>A &amp; B</title><link>https://old.example/2015/a-and-b/</link>
              <pubDate>Fri, 02 Jan 2015 10:00:00 +0000</pubDate><category>Tea</category>
              <content:encoded><![CDATA[<p>Hot <b>tea</b> &amp; milk</p>]]></content:encoded>
              <wp:post_name>tea-time</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
            <item><title>An attachment</title><wp:post_type>attachment</wp:post_type></item>
            <item><title>Waiting</title><description>soon</description><wp:status>draft</wp:status></item>
            </channel></rss>
            """);
        file("notes.atom", """
            <feed xmlns="http://www.w3.org/2005/Atom"><title>n</title>
            <entry><title>Just some words…</title><id>tag:x,1</id><published>2020-05-06T07:08:09+02:00</published>
              <link rel="edit" href="https://x.example/edit/1"/><link href="https://x.example/notes/words.html"/>
              <category term="sea" label="The Sea"/>
              <content type="xhtml"><div>Just some words <em>here</em> &lt;3</div></content></entry></feed>
            """);
        ImportReport report = bring(folder);

        ArchivedNote tea = note("tea-time");
        assertThat(tea.content().text()).isEqualTo("<p>Hot <b>tea</b> &amp; milk</p>");
        assertThat(tea.content().format()).isEqualTo(Note.Format.HTML);
        assertThat(tea.content().title()).isEqualTo("A & B");
        assertThat(tea.published()).hasToString("2015-01-02T10:00Z");
        assertThat(note("waiting").content().status()).isEqualTo(Note.Status.DRAFT);
        ArchivedNote words = note("words");
        assertThat(words.content().title()).as("its first words are no title").isNull();
        assertThat(words.content().text()).isEqualTo("Just some words <em>here</em> &lt;3");
        assertThat(words.content().tags()).isEqualTo(TagNameRules.parse("The Sea"));
        assertThat(report.skipped())
                .extracting(Remark::text)
                .containsExactly("An attachment is of WordPress's type attachment, not a post");
    }

    @Test
    void a_feed_cannot_read_files_or_grow_without_end() throws IOException {
        Path secret = folder.resolve("secret.txt.bin");
        Files.writeString(secret, "do not read");
        Path feed = Files.createTempFile("hostile", ".xml");
        Files.writeString(
                feed,
                "<!DOCTYPE rss [<!ENTITY x SYSTEM \"" + secret.toUri() + "\"><!ENTITY a \"aaaa\"><!ENTITY b"
                        + " \"&a;&a;&a;\">]><rss><channel><item><title>&x;&b;</title></item></channel></rss>");
        ImportReport report = bring(feed);
        assertThat(shelf.notes.values().toString()).doesNotContain("do not read", "aaaa");
        assertThat(report.addedNotes() + report.failed().size()).isEqualTo(1);
        Files.delete(feed);
    }

    @Test
    void a_zip_that_leads_out_of_itself_or_lies_about_its_size_is_refused() throws IOException {
        Path slip = folder.resolve("slip.zip");
        try (OutputStream out = Files.newOutputStream(slip);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("../../evil.md"));
            zip.write("evil".getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> bring(slip)).isInstanceOf(ArchiveException.class);
        Path bomb = folder.resolve("bomb.zip");
        try (OutputStream out = Files.newOutputStream(bomb);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("bomb.md"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 80; i++) {
                zip.write(zeros);
            }
        }
        ImportReport report = bring(bomb);
        assertThat(report.failed()).extracting(Remark::text).containsExactly("bomb.md is larger than 16 MB");
        byte[] lying = Files.readAllBytes(bomb);
        int at = lastIndexOf(lying, new byte[] {'P', 'K', 1, 2}) + 24;
        lying[at] = 10; // size in the directory: 10 bytes
        lying[at + 1] = lying[at + 2] = lying[at + 3] = 0;
        Files.write(bomb, lying);
        assertThat(bring(bomb).failed()).hasSize(1);
        assertThat(shelf.notes).isEmpty();
        assertThatThrownBy(() -> bring(folder.resolve("nothing"))).isInstanceOf(IOException.class);
    }

    private static int lastIndexOf(byte[] bytes, byte[] wanted) {
        for (int i = bytes.length - wanted.length; i >= 0; i--) {
            if (java.util.Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void toml_is_read_by_its_specification() throws IOException {
        file("zola.md", """
            +++
            title = "Read by the \\"book\\"" # not part of it
            date = 2021-07-01
            "slug" = 'by-the-book'
            draft = true # not ready
            description = \"""
            Two
            lines\"""

            [taxonomies]
            tags = [
              "sea", # the first
              'north',
            ]

            [extra]
            nested.deep = 1
            [[extra.list]]
            name = "x"
            +++
            Waves.
            """);
        ImportReport report = bring(folder);
        assertThat(report.skipped()).isEmpty();
        ArchivedNote note = note("by-the-book");
        assertThat(note.content().title()).isEqualTo("Read by the \"book\"");
        assertThat(note.content().status()).isEqualTo(Note.Status.DRAFT);
        assertThat(note.content().tags()).isEqualTo(TagNameRules.parse("sea, north"));
        assertThat(note.published()).hasToString("2021-07-01T12:00+02:00");
        assertThat(note.content().text()).isEqualTo("Waves.");
    }

    @Test
    void an_unreadable_file_is_reported_and_the_others_are_imported() throws IOException {
        String deep = "[".repeat(40_000);
        file("a-long-string.md", "+++\ntitle = \"" + "\\\\x".repeat(20_000) + "\"\n+++\nText.\n");
        file("b-open-string.md", "+++\ntitle = \"" + "x".repeat(20_000) + "\n+++\nText.\n");
        file("c-deep-toml.md", "+++\ntitle = " + deep + "\n+++\nText.\n");
        file("d-deep-yaml.md", "---\ntitle: " + deep + "\n---\nText.\n");
        file("e-deep-tables.md", "+++\n" + "a.".repeat(40_000) + "a = 1\n+++\nText.\n");
        file("f-long-head.md", "+++\ntitle = \"" + "x".repeat(300_000) + "\"\n+++\nText.\n");
        file("g-picture.md", "![a](x\0y.png) and ![b](nothing.png)\n");
        file("h-brackets.md", "![".repeat(9_000) + "\n");
        file("i-slug.md", "+++\ntitle = 'Long'\nslug = \"" + "a-".repeat(20_000) + "a\"\n+++\nText.\n");
        file(
                "j-url.md",
                "---\ntitle: URL\naliases: ['" + "?".repeat(90_000) + "x', '" + "/".repeat(90_000)
                        + "x']\n---\nText.\n");
        file("k-tags.md", "---\ntitle: Tags\ntags: ['" + ".".repeat(90_000) + "x']\n---\nText.\n");
        file("unreadable.md", "+++\ntitle = " + "[".repeat(900) + "\n+++\nText.\n");
        file("z-last.md", "---\ntitle: The last one\n---\nText.\n");
        ImportReport report = bring(folder);
        assertThat(note("z-last").content().title()).isEqualTo("The last one");
        assertThat(report.failed())
                .as("these are longer than a note may be")
                .extracting(Remark::path)
                .contains("b-open-string.md", "c-deep-toml.md", "d-deep-yaml.md", "f-long-head.md")
                .doesNotContain("z-last.md", "h-brackets.md");
        assertThat(report.notPublic()).extracting(Remark::path).contains("unreadable.md");
        assertThat(report.notPublic().stream()
                        .filter(remark -> remark.path().startsWith("unreadable"))
                        .findFirst()
                        .orElseThrow()
                        .text())
                .startsWith("draft: its front matter is not valid TOML (line 3: ")
                .hasSizeLessThan(500);
    }

    @Test
    void a_note_of_an_export_with_a_long_slug_is_read() throws IOException {
        String slug = "a-".repeat(20_000) + "a";
        file("notes/long.md", "---\nslug: " + slug + "\npublished: 2021-07-01T08:00:00Z\n---\nText.\n");
        assertThatCode(() -> NoteFileCodec.read(Files.readString(folder.resolve("notes/long.md"))))
                .satisfies(failure -> assertThat(failure).isNotInstanceOf(Error.class));
    }
}
