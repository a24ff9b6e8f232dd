package org.starpunk.journey;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/**
 * A site with all kinds of content: photos, code, tables, long words, other scripts, a long article. Each field is a
 * path.
 */
public record Showcase(
        String article,
        String photos,
        String rightToLeft,
        String longWords,
        String reply,
        String deleted,
        String older) {

    private static final String ARTICLE = """
            The harbour empties twice a day, and twice a day the town pretends to be surprised. I have been writing down the height of
            the tide at breakfast since March, which is either *research* or a way of not answering letters.

            ![The bay at dusk](%s)

            ## What the table says

            The pattern is plainer than the almanac makes it look. `h = a · cos(ωt + φ)` does most of the work, and the moon does the rest:

            | Day | Low water | High water | Range |
            |---|---:|---:|---:|

            <table><thead><tr><th>Day</th><th>Low water</th><th>High water</th><th>Range</th><th>Wind</th><th>Remarks</th></tr></thead>
            <tbody><tr><td>Monday</td><td>0.4 m</td><td>5.1 m</td><td>4.7 m</td><td>SW 3</td><td>Boats aground by ten</td></tr>
            <tr><td>Tuesday</td><td>0.6 m</td><td>5.0 m</td><td>4.4 m</td><td>W 4</td><td>Herons, eleven of them</td></tr>
            <tr><td>Wednesday</td><td>0.9 m</td><td>4.7 m</td><td>3.8 m</td><td>NW 2</td><td>Fog until noon</td></tr></tbody></table>

            > A harbour is a promise that the sea makes twice a day, and keeps to the minute.

            ### A few lines that draw it

            ```python
            from math import cos, tau
            for hour in range(25):
                height = 2.8 + 2.3 * cos(tau * (hour - 5.1) / 12.42)   # a comment that is rather long, to see where the line goes
                print(f"{hour:02d}  {'#' * round(height * 12)}")
            ```

            1. Write the height down before coffee.
            2. Do not round.
               - Except on Sundays.
            3. Never trust a dry keel.

            ---

            """;

    private static final String PARAGRAPH =
            "There is a bench above the slip where the old men sit, and they know the time of low water the"
                    + " way other people know the time of the last bus. One of them told me that his father had known it by smell. I believed"
                    + " him then, and by November I had begun to believe it of myself.\n\n";

    /** Creates the notes, with the author logged in. */
    public static Showcase on(TestSite site) {
        String bay = SiteOwner.upload(site, landscape(2000, 1250, 7));
        String hill = SiteOwner.upload(site, landscape(1200, 1600, 3));
        String shore = SiteOwner.upload(site, landscape(1600, 1000, 11));
        OffsetDateTime start = OffsetDateTime.parse("2026-11-20T18:30:00+01:00");
        for (int i = 0; i < 24; i++) {
            write(
                    site,
                    null,
                    "An ordinary day, number " + i + ". Rain before seven.",
                    "weather",
                    List.of(),
                    null,
                    start.minusDays(20 + 9L * i));
        }
        String gone = write(site, null, "Soon deleted", "", List.of(), null, start.minusDays(9))
                .path();
        TestSite.await(site.deployment()
                .notes()
                .bySlug(gone.substring(7))
                .compose(note ->
                        site.deployment().notes().delete(note.orElseThrow().id())));
        String words = write(
                        site,
                        null,
                        "https://example.org/a/very/long/address/that/nobody/would/type/" + "segment/".repeat(12)
                                + "?and=a&query=string\n\nDonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
                                + " and " + "x".repeat(180) + " and `" + "CODE_".repeat(30) + "`",
                        "a-tag-with-a-rather-long-name-that-goes-on-and-on-until-it-hurts, short",
                        List.of(),
                        null,
                        start.minusDays(6))
                .path();
        String arabic = write(
                        site,
                        "المدّ والجزر",
                        "كتبتُ اليوم عن البحر. قال لي الصيّاد: «البحر لا يكذب». هذا رابط إلى [المقال](https://example.org/) مع كلمة English في"
                                + " وسط السطر.\n\n> اقتباس قصير\n\n1. أولًا\n2. ثانيًا",
                        "عربي, walking",
                        List.of(),
                        null,
                        start.minusDays(5))
                .path();
        String reply = write(
                        site,
                        null,
                        "Agreed, and the **ferry** is the best seat in town for it.",
                        "walking",
                        List.of(),
                        "https://example.org/2026/11/why-ferries-are-slow-and-why-that-is-good",
                        start.minusDays(4))
                .path();
        String photos = write(
                        site,
                        null,
                        "Up the hill and down to the shore before the tide came in.",
                        "walking, photos",
                        List.of(
                                new Photo(hill, "A steep hill under a pale sky"),
                                new Photo(shore, "The shore, with rocks")),
                        null,
                        start.minusDays(2))
                .path();
        write(
                site,
                null,
                "The herons are back. 🎉",
                "birds",
                List.of(new Photo(shore, "The shore, with rocks")),
                null,
                start.minusDays(1));
        String article = write(
                        site,
                        "Twice a day, the sea: notes on a tide table",
                        ARTICLE.formatted(bay).replaceAll("(?m)^\\|.*\n", "") + PARAGRAPH.repeat(14),
                        "tides, walking, Café notes",
                        List.of(),
                        null,
                        start)
                .path();
        String home = site.get("/").headers().firstValue("link").orElseThrow();
        String older = home.replaceFirst(".*<([^>]+)>; rel=\"next\".*", "$1");
        return new Showcase(article, photos, arabic, words, reply, gone, older);
    }

    private static Note write(
            TestSite site,
            @Nullable String title,
            String text,
            String tags,
            List<Photo> photos,
            @Nullable String reply,
            OffsetDateTime when) {
        Note.Content content = new Note.Content(
                title,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse(tags),
                photos,
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                reply,
                null,
                null);
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, when)));
    }

    /** Returns an image with a sky, a sun and hills. */
    private static byte[] landscape(int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        Random random = new Random(seed);
        g.setPaint(new GradientPaint(0, 0, new Color(0x3f6d8f), 0, height, new Color(0xf3c9a0)));
        g.fillRect(0, 0, width, height);
        g.setColor(new Color(0xfff1d6));
        g.fillOval(width * 2 / 3, height / 5, height / 7, height / 7);
        for (int layer = 0; layer < 4; layer++) {
            Path2D hill = new Path2D.Double();
            hill.moveTo(0, height);
            double phase = random.nextDouble() * 6;
            for (int x = 0; x <= width; x += 8) {
                double wave = Math.sin(x * 3.0 / width + phase) + 0.4 * Math.sin(x * 9.0 / width + phase * 2);
                hill.lineTo(x, height * (0.5 + 0.12 * layer) + wave * height * 0.06);
            }
            hill.lineTo(width, height);
            hill.closePath();
            g.setColor(new Color(0x6b7f86 - layer * 0x14140f));
            g.fill(hill);
        }
        g.dispose();
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "jpg", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
