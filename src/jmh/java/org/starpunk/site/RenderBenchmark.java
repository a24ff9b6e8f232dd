package org.starpunk.site;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.starpunk.identity.Profile;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.Note;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.TagNameRules;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.RenderedPage;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/** What it takes to lay a list of twenty notes with tags, once they are read: what the first reader after a change waits for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RenderBenchmark {

    private static final String WORDS =
            "garden note river small light web page server morning quiet letter train window ";

    private final Layout layout = new Layout(site());
    private final NoteSlice notes = NoteSlice.of(
            IntStream.rangeClosed(1, 21).mapToObj(RenderBenchmark::note).toList(), 20);

    private static SiteDependencies site() {
        Profile profile = new Profile("Bench notes", "https://ada.example", "Ada Author", "Writes notes.", "", "en");
        StaticAssets assets = new StaticAssets(Path.of("target"));
        Templates templates = SiteRoutes.load(new Templates(assets));
        return new SiteDependencies(null, null, () -> profile, null, templates, assets, Recorder.none(), null);
    }

    private static Note note(int number) {
        String text = (WORDS + "**" + WORDS + "** [" + number + "](https://example.org/" + number + ") ").repeat(2);
        Note.Content content = new Note.Content(
                null,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse("indieweb, java"),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        OffsetDateTime published =
                OffsetDateTime.parse("2026-11-21T10:00:00+01:00").minusHours(number);
        return new Note(
                number,
                1,
                "urn:uuid:" + new java.util.UUID(0, number),
                "note-" + number,
                content,
                MarkdownRenderer.render(text, Note.Format.MARKDOWN),
                published,
                null,
                null,
                null);
    }

    /** The whole page, as bytes. */
    @Benchmark
    public RenderedPage list() {
        return new NoteListView("/", "", "<h1>Bench notes</h1>", null, null, notes).render(layout);
    }
}
